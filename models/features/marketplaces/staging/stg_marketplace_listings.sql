{%- set cells = ratebook.cells('marketplace_listings') -%}
{{ config(enabled=ratebook.has_feature('marketplaces')) }}

with source as (
    select * from {{ ratebook.input_rows('marketplace_listings') }}
),

renamed as (
    select
        -- the row
        {{ ratebook.common_cells('marketplace_listings') }},
        -- ids
        {{ cells.listing_id }} as listing_id,
        {{ cells.product_uid }} as product_uid,
        -- text
        {{ cells.marketplace }} as marketplace,
        {{ cells.dimension }} as dimension,
        {{ cells.late_usage }} as late_usage,
        -- numbers
        {{ cells.unit_factor }} as unit_factor,
        -- flags
        {{ cells.whole_quantities }} as whole_quantities
    from source
)

select distinct *
from renamed
