{%- set kept = [
    'version', 'created_at', 'list_price_uid', 'list_price_id', 'product_uid', 'started_at',
    'ended_at', 'invoice_delivery', 'invoice_schedule', 'billing_anchor', 'start_period',
    'end_period', 'fixed_quantity', 'prorate', 'pricing_metadata',
] -%}
{%- set negotiated = [
    'price', 'charge_model', 'package_size', 'percent_rate', 'fixed_amount', 'free_events',
    'event_minimum', 'event_maximum', 'free_quantity', 'minimum_amount', 'maximum_amount',
    'discount_percent', 'discount_amount',
] -%}
-- Prices of quotes as contract prices, wherever the quote is a contract. At list prices an override
-- still says how much is sold and how it is invoiced, but no longer for how much.
with quote_prices as (
    select * from {{ ref('ratebook', 'stg_quote_prices') }}
),

rows_in_force as (
    select * from {{ ref('ratebook', 'int_configuration_rows') }}
    where is_in_force and input = 'quote_prices'
),

quote_contracts as (
    select * from {{ ref('ratebook', 'int_quote_contracts') }}
),

in_sets as (
    select
        quote_contracts.rating_set,
        quote_contracts.contract_uid,
        quote_contracts.is_at_list_prices
        and coalesce(quote_prices.list_price_uid, quote_prices.list_price_id) is not null
            as is_at_list_price,
        quote_prices.*
    from quote_prices
    inner join rows_in_force
        on quote_prices.row_id = rows_in_force.row_id
    inner join quote_contracts
        on
            rows_in_force.rating_set = quote_contracts.configuration_set
            and quote_prices.quote_id = quote_contracts.quote_id
)

select
    rating_set,
    'quote:' || id as price_uid,
    {%- for column in kept %}
    {{ column }},
    {%- endfor %}
    {%- for column in negotiated %}
    case when not is_at_list_price then {{ column }} end as {{ column }},
    {%- endfor %}
    contract_uid as contract_id
from in_sets
