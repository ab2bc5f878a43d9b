{{ config(enabled=ratebook.has_feature('marketplaces')) }}
{%- set pricing = [
    'list_price_uid', 'list_price_id', 'product_uid', 'started_at', 'ended_at', 'invoice_delivery',
    'invoice_schedule', 'schedule_unit', 'billing_anchor', 'start_period', 'end_period',
    'fixed_quantity', 'prorate', 'pricing_metadata', 'price_per', 'price_months', 'tiers_per', 'price',
    'charge_model', 'package_size', 'percent_rate', 'fixed_amount', 'free_events', 'event_minimum',
    'event_maximum', 'free_quantity', 'minimum_amount', 'maximum_amount', 'discount_percent',
    'discount_amount',
] -%}
-- Prices of private offers as contract prices of the agreements that take the offer, one set for
-- each agreement row.
select
    contracts.rating_set,
    contracts.configuration_set,
    'marketplace_private_offer_prices' as source,
    prices.id as source_id,
    contracts.contract_uid || ':' || prices.id as price_uid,
    prices.version,
    prices.created_at,
    {%- for column in pricing %}
    prices.{{ column }},
    {%- endfor %}
    {{- ratebook.unreadable_bounds('rows_in_force.unparsable_cells') }}
    rows_in_force.is_unreadable,
    contracts.contract_uid
from {{ ref('ratebook', 'stg_marketplace_private_offer_prices') }} as prices
inner join {{ ref('ratebook', 'int_configuration_rows') }} as rows_in_force
    on
        prices.row_id = rows_in_force.row_id
        and rows_in_force.input = 'marketplace_private_offer_prices'
        and rows_in_force.is_in_force
inner join {{ ref('ratebook', 'int_marketplace_contracts') }} as contracts
    on
        rows_in_force.rating_set = contracts.rating_set
        and prices.offer_id = contracts.offer_id
