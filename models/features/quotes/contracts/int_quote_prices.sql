{{ config(enabled=ratebook.has_feature('quotes')) }}
{%- set kept = [
    'version', 'created_at', 'list_price_uid', 'list_price_id', 'product_uid', 'started_at',
    'ended_at', 'invoice_delivery', 'invoice_schedule', 'schedule_unit', 'billing_anchor',
    'start_period', 'end_period', 'fixed_quantity', 'prorate', 'pricing_metadata', 'price_per',
    'price_months', 'tiers_per', 'renews',
] -%}
{%- set negotiated = [
    'price', 'charge_model', 'package_size', 'percent_rate', 'fixed_amount', 'free_events',
    'event_minimum', 'event_maximum', 'free_quantity', 'minimum_amount', 'maximum_amount',
    'discount_percent', 'discount_amount',
] -%}
{%- set item_columns = {
    'version': 'version', 'created_at': 'created_at', 'list_price_uid': 'list_price_uid',
    'list_price_id': 'list_price_id', 'fixed_quantity': 'quantity',
} -%}
-- Prices of quotes and items of orders as contract prices, wherever the quote is a contract. At
-- list prices an override still sets quantities and invoicing, but no price.
with rows_in_force as (
    select * from {{ ref('ratebook', 'int_configuration_rows') }}
    where is_in_force
),

quote_prices as (
    select
        'quote_prices' as input,
        'quotes' as quote_input,
        'quote:' || id as price_uid,
        id as source_id,
        quote_id,
        {%- for column in kept + negotiated %}
        {{ column }},
        {%- endfor %}
        row_id
    from {{ ref('ratebook', 'stg_quote_prices') }}
    union all
    select
        'order_items' as input,
        'orders' as quote_input,
        'order:' || id as price_uid,
        id as source_id,
        order_uid as quote_id,
        {%- for column in kept + negotiated %}
        {{ item_columns.get(column, 'null') }} as {{ column }},
        {%- endfor %}
        row_id
    from {{ ref('ratebook', 'stg_order_items') }}
),

quote_contracts as (
    select * from {{ ref('ratebook', 'int_quote_contracts') }}
),

in_sets as (
    select
        quote_contracts.rating_set,
        quote_contracts.configuration_set,
        quote_contracts.contract_uid,
        quote_contracts.is_at_list_prices
        and coalesce(quote_prices.list_price_uid, quote_prices.list_price_id) is not null
            as is_at_list_price,
        quote_prices.*,
        {{- ratebook.unreadable_bounds('rows_in_force.unparsable_cells') }}
        rows_in_force.is_unreadable
    from quote_prices
    inner join rows_in_force
        on
            quote_prices.row_id = rows_in_force.row_id
            and quote_prices.input = rows_in_force.input
    inner join quote_contracts
        on
            rows_in_force.rating_set = quote_contracts.configuration_set
            and quote_prices.quote_input = quote_contracts.source
            and quote_prices.quote_id = quote_contracts.quote_or_order_id
)

select
    rating_set,
    configuration_set,
    input as source,
    source_id,
    price_uid,
    {%- for column in kept %}
    {{ column }},
    {%- endfor %}
    {%- for column in negotiated %}
    case when not is_at_list_price then {{ column }} end as {{ column }},
    {%- endfor %}
    has_unreadable_start,
    has_unreadable_end,
    has_unreadable_renews,
    is_unreadable,
    -- The price belongs to its own row of a subscription, not to the plans before and after it.
    contract_uid
from in_sets
