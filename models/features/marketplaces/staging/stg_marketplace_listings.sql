{{ config(enabled=ratebook.has_feature('marketplaces')) }}

with source as (
    select * from {{ ratebook.input_rows('marketplace_listings') }}
),

renamed as (
    select
        -- the row
        {{ ratebook.common_cells('marketplace_listings') }},
        -- ids
        {{ ratebook.cell('marketplace_listings', 'listing_id') }},
        {{ ratebook.cell('marketplace_listings', 'product_uid') }},
        -- text
        {{ ratebook.cell('marketplace_listings', 'marketplace') }},
        {{ ratebook.cell('marketplace_listings', 'dimension') }},
        {{ ratebook.cell('marketplace_listings', 'late_usage') }},
        -- numbers
        {{ ratebook.cell('marketplace_listings', 'unit_factor') }},
        -- flags
        {{ ratebook.cell('marketplace_listings', 'whole_quantities') }}
    from source
)

select distinct *
from renamed
