with source as (
    select * from {{ ratebook.input_rows('contract_prices') }}
),

renamed as (
    select
        -- the row
        {{ ratebook.common_cells('contract_prices') }},
        -- ids
        {{ ratebook.cell('contract_prices', 'contract_uid') }},
        {{ ratebook.cell('contract_prices', 'contract_id') }},
        {{ ratebook.cell('contract_prices', 'list_price_uid') }},
        {{ ratebook.cell('contract_prices', 'list_price_id') }},
        {{ ratebook.cell('contract_prices', 'product_uid') }},
        -- text
        {{ ratebook.cell('contract_prices', 'charge_model') }},
        {{ ratebook.cell('contract_prices', 'tiers_per') }},
        {{ ratebook.cell('contract_prices', 'invoice_delivery') }},
        {{ ratebook.cell('contract_prices', 'schedule_unit') }},
        {{ ratebook.cell('contract_prices', 'billing_anchor') }},
        {{ ratebook.cell('contract_prices', 'pricing_metadata') }},
        -- numbers
        {{ ratebook.cell('contract_prices', 'discount_percent') }},
        {{ ratebook.cell('contract_prices', 'discount_amount') }},
        {{ ratebook.cell('contract_prices', 'price') }},
        {{ ratebook.cell('contract_prices', 'package_size') }},
        {{ ratebook.cell('contract_prices', 'percent_rate') }},
        {{ ratebook.cell('contract_prices', 'fixed_amount') }},
        {{ ratebook.cell('contract_prices', 'free_events') }},
        {{ ratebook.cell('contract_prices', 'event_minimum') }},
        {{ ratebook.cell('contract_prices', 'event_maximum') }},
        {{ ratebook.cell('contract_prices', 'free_quantity') }},
        {{ ratebook.cell('contract_prices', 'minimum_amount') }},
        {{ ratebook.cell('contract_prices', 'maximum_amount') }},
        {{ ratebook.cell('contract_prices', 'invoice_schedule') }},
        {{ ratebook.cell('contract_prices', 'start_period') }},
        {{ ratebook.cell('contract_prices', 'end_period') }},
        {{ ratebook.cell('contract_prices', 'fixed_quantity') }},
        {{ ratebook.cell('contract_prices', 'price_per') }},
        {{ ratebook.cell('contract_prices', 'price_months') }},
        -- flags
        {{ ratebook.cell('contract_prices', 'prorate') }},
        {{ ratebook.cell('contract_prices', 'renews') }},
        -- times
        {{ ratebook.cell('contract_prices', 'started_at') }},
        {{ ratebook.cell('contract_prices', 'ended_at') }}
    from source
)

select distinct *
from renamed
