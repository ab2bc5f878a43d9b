{{ config(enabled=ratebook.has_feature('quotes')) }}

with source as (
    select * from {{ ratebook.input_rows('quote_prices') }}
),

renamed as (
    select
        -- the row
        {{ ratebook.common_cells('quote_prices') }},
        -- ids
        {{ ratebook.cell('quote_prices', 'quote_id') }},
        {{ ratebook.cell('quote_prices', 'list_price_uid') }},
        {{ ratebook.cell('quote_prices', 'list_price_id') }},
        {{ ratebook.cell('quote_prices', 'product_uid') }},
        -- text
        {{ ratebook.cell('quote_prices', 'charge_model') }},
        {{ ratebook.cell('quote_prices', 'tiers_per') }},
        {{ ratebook.cell('quote_prices', 'invoice_delivery') }},
        {{ ratebook.cell('quote_prices', 'schedule_unit') }},
        {{ ratebook.cell('quote_prices', 'billing_anchor') }},
        {{ ratebook.cell('quote_prices', 'pricing_metadata') }},
        -- numbers
        {{ ratebook.cell('quote_prices', 'discount_percent') }},
        {{ ratebook.cell('quote_prices', 'discount_amount') }},
        {{ ratebook.cell('quote_prices', 'price') }},
        {{ ratebook.cell('quote_prices', 'package_size') }},
        {{ ratebook.cell('quote_prices', 'percent_rate') }},
        {{ ratebook.cell('quote_prices', 'fixed_amount') }},
        {{ ratebook.cell('quote_prices', 'free_events') }},
        {{ ratebook.cell('quote_prices', 'event_minimum') }},
        {{ ratebook.cell('quote_prices', 'event_maximum') }},
        {{ ratebook.cell('quote_prices', 'free_quantity') }},
        {{ ratebook.cell('quote_prices', 'minimum_amount') }},
        {{ ratebook.cell('quote_prices', 'maximum_amount') }},
        {{ ratebook.cell('quote_prices', 'invoice_schedule') }},
        {{ ratebook.cell('quote_prices', 'start_period') }},
        {{ ratebook.cell('quote_prices', 'end_period') }},
        {{ ratebook.cell('quote_prices', 'fixed_quantity') }},
        {{ ratebook.cell('quote_prices', 'price_per') }},
        {{ ratebook.cell('quote_prices', 'price_months') }},
        -- flags
        {{ ratebook.cell('quote_prices', 'prorate') }},
        {{ ratebook.cell('quote_prices', 'renews') }},
        -- times
        {{ ratebook.cell('quote_prices', 'started_at') }},
        {{ ratebook.cell('quote_prices', 'ended_at') }}
    from source
)

select distinct *
from renamed
