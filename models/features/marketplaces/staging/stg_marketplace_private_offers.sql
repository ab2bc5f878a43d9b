{{ config(enabled=ratebook.has_feature('marketplaces')) }}

with source as (
    select * from {{ ratebook.input_rows('marketplace_private_offers') }}
),

renamed as (
    select
        -- the row
        {{ ratebook.common_cells('marketplace_private_offers') }},
        -- ids
        {{ ratebook.cell('marketplace_private_offers', 'durable_id') }},
        {{ ratebook.cell('marketplace_private_offers', 'customer_id') }},
        {{ ratebook.cell('marketplace_private_offers', 'pricebook_id') }},
        -- text
        {{ ratebook.cell('marketplace_private_offers', 'currency') }},
        {{ ratebook.cell('marketplace_private_offers', 'billing_anchor') }},
        -- numbers
        {{ ratebook.cell('marketplace_private_offers', 'payment_terms_days') }},
        -- flags
        {{ ratebook.cell('marketplace_private_offers', 'prorate') }}
    from source
)

select distinct *
from renamed
