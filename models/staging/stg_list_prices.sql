{%- set cells = ratebook.cells('list_prices') -%}
with source as (
    select * from {{ ratebook.input_rows('list_prices') }}
),

renamed as (
    select
        -- the row
        {{ ratebook.common_cells('list_prices') }},
        -- ids
        {{ cells.durable_id }} as durable_id,
        {{ cells.pricebook_uid }} as pricebook_uid,
        {{ cells.product_uid }} as product_uid,
        -- text
        {{ cells.charge_model }} as charge_model,
        {{ cells.tiers_per }} as tiers_per,
        {{ cells.invoice_delivery }} as invoice_delivery,
        {{ cells.schedule_unit }} as schedule_unit,
        {{ cells.billing_anchor }} as billing_anchor,
        {{ cells.pricing_metadata }} as pricing_metadata,
        -- numbers
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
        {{ cells.floor_price }} as floor_price,
        -- flags
        {{ cells.prorate }} as prorate,
        {{ cells.is_required }} as is_required
    from source
)

select distinct *
from renamed
