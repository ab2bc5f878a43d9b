{%- set cells = ratebook.cells('quote_prices') -%}
{{ config(enabled=ratebook.has_feature('quotes')) }}

with source as (
    select * from {{ ratebook.input_rows('quote_prices') }}
),

renamed as (
    select
        -- the row
        {{ ratebook.common_cells('quote_prices') }},
        -- ids
        {{ cells.quote_id }} as quote_id,
        {{ cells.list_price_uid }} as list_price_uid,
        {{ cells.list_price_id }} as list_price_id,
        {{ cells.product_uid }} as product_uid,
        -- text
        {{ cells.charge_model }} as charge_model,
        {{ cells.tiers_per }} as tiers_per,
        {{ cells.invoice_delivery }} as invoice_delivery,
        {{ cells.schedule_unit }} as schedule_unit,
        {{ cells.billing_anchor }} as billing_anchor,
        {{ cells.pricing_metadata }} as pricing_metadata,
        -- numbers
        {{ cells.discount_percent }} as discount_percent,
        {{ cells.discount_amount }} as discount_amount,
        {{ cells.price }} as price,
        {{ cells.package_size }} as package_size,
        {{ cells.percent_rate }} as percent_rate,
        {{ cells.fixed_amount }} as fixed_amount,
        {{ cells.free_events }} as free_events,
        {{ cells.event_minimum }} as event_minimum,
        {{ cells.event_maximum }} as event_maximum,
        {{ cells.free_quantity }} as free_quantity,
        {{ cells.minimum_amount }} as minimum_amount,
        {{ cells.maximum_amount }} as maximum_amount,
        {{ cells.invoice_schedule }} as invoice_schedule,
        {{ cells.start_period }} as start_period,
        {{ cells.end_period }} as end_period,
        {{ cells.fixed_quantity }} as fixed_quantity,
        {{ cells.price_per }} as price_per,
        {{ cells.price_months }} as price_months,
        -- flags
        {{ cells.prorate }} as prorate,
        {{ cells.renews }} as renews,
        -- times
        {{ cells.started_at }} as started_at,
        {{ cells.ended_at }} as ended_at
    from source
)

select distinct *
from renamed
