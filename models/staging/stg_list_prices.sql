with source as (
    select * from {{ ratebook.input_rows('list_prices') }}
),

renamed as (
    select
        -- the row
        {{ ratebook.common_cells('list_prices') }},
        -- ids
        {{ ratebook.cell('list_prices', 'durable_id') }},
        {{ ratebook.cell('list_prices', 'pricebook_uid') }},
        {{ ratebook.cell('list_prices', 'product_uid') }},
        -- text
        {{ ratebook.cell('list_prices', 'charge_model') }},
        {{ ratebook.cell('list_prices', 'tiers_per') }},
        {{ ratebook.cell('list_prices', 'invoice_delivery') }},
        {{ ratebook.cell('list_prices', 'schedule_unit') }},
        {{ ratebook.cell('list_prices', 'billing_anchor') }},
        {{ ratebook.cell('list_prices', 'pricing_metadata') }},
        -- numbers
        {{ ratebook.cell('list_prices', 'price') }},
        {{ ratebook.cell('list_prices', 'package_size') }},
        {{ ratebook.cell('list_prices', 'percent_rate') }},
        {{ ratebook.cell('list_prices', 'fixed_amount') }},
        {{ ratebook.cell('list_prices', 'free_events') }},
        {{ ratebook.cell('list_prices', 'event_minimum') }},
        {{ ratebook.cell('list_prices', 'event_maximum') }},
        {{ ratebook.cell('list_prices', 'free_quantity') }},
        {{ ratebook.cell('list_prices', 'minimum_amount') }},
        {{ ratebook.cell('list_prices', 'maximum_amount') }},
        {{ ratebook.cell('list_prices', 'invoice_schedule') }},
        {{ ratebook.cell('list_prices', 'start_period') }},
        {{ ratebook.cell('list_prices', 'end_period') }},
        {{ ratebook.cell('list_prices', 'fixed_quantity') }},
        {{ ratebook.cell('list_prices', 'price_per') }},
        {{ ratebook.cell('list_prices', 'price_months') }},
        {{ ratebook.cell('list_prices', 'floor_price') }},
        -- flags
        {{ ratebook.cell('list_prices', 'prorate') }},
        {{ ratebook.cell('list_prices', 'is_required') }}
    from source
)

select distinct *
from renamed
