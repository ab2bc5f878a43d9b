{{ config(enabled=ratebook.has_feature('marketplaces')) }}

with source as (
    select * from {{ ratebook.input_rows('marketplace_private_offer_prices') }}
),

renamed as (
    select
        -- the row
        {{ ratebook.common_cells('marketplace_private_offer_prices') }},
        -- ids
        {{ ratebook.cell('marketplace_private_offer_prices', 'offer_id') }},
        {{ ratebook.cell('marketplace_private_offer_prices', 'list_price_uid') }},
        {{ ratebook.cell('marketplace_private_offer_prices', 'list_price_id') }},
        {{ ratebook.cell('marketplace_private_offer_prices', 'product_uid') }},
        -- text
        {{ ratebook.cell('marketplace_private_offer_prices', 'charge_model') }},
        {{ ratebook.cell('marketplace_private_offer_prices', 'tiers_per') }},
        {{ ratebook.cell('marketplace_private_offer_prices', 'invoice_delivery') }},
        {{ ratebook.cell('marketplace_private_offer_prices', 'schedule_unit') }},
        {{ ratebook.cell('marketplace_private_offer_prices', 'billing_anchor') }},
        {{ ratebook.cell('marketplace_private_offer_prices', 'pricing_metadata') }},
        -- numbers
        {{ ratebook.cell('marketplace_private_offer_prices', 'discount_percent') }},
        {{ ratebook.cell('marketplace_private_offer_prices', 'discount_amount') }},
        {{ ratebook.cell('marketplace_private_offer_prices', 'price') }},
        {{ ratebook.cell('marketplace_private_offer_prices', 'package_size') }},
        {{ ratebook.cell('marketplace_private_offer_prices', 'percent_rate') }},
        {{ ratebook.cell('marketplace_private_offer_prices', 'fixed_amount') }},
        {{ ratebook.cell('marketplace_private_offer_prices', 'free_events') }},
        {{ ratebook.cell('marketplace_private_offer_prices', 'event_minimum') }},
        {{ ratebook.cell('marketplace_private_offer_prices', 'event_maximum') }},
        {{ ratebook.cell('marketplace_private_offer_prices', 'free_quantity') }},
        {{ ratebook.cell('marketplace_private_offer_prices', 'minimum_amount') }},
        {{ ratebook.cell('marketplace_private_offer_prices', 'maximum_amount') }},
        {{ ratebook.cell('marketplace_private_offer_prices', 'invoice_schedule') }},
        {{ ratebook.cell('marketplace_private_offer_prices', 'start_period') }},
        {{ ratebook.cell('marketplace_private_offer_prices', 'end_period') }},
        {{ ratebook.cell('marketplace_private_offer_prices', 'fixed_quantity') }},
        {{ ratebook.cell('marketplace_private_offer_prices', 'price_per') }},
        {{ ratebook.cell('marketplace_private_offer_prices', 'price_months') }},
        -- flags
        {{ ratebook.cell('marketplace_private_offer_prices', 'prorate') }},
        -- times
        {{ ratebook.cell('marketplace_private_offer_prices', 'started_at') }},
        {{ ratebook.cell('marketplace_private_offer_prices', 'ended_at') }}
    from source
)

select distinct *
from renamed
