{%- set cells = ratebook.cells('marketplace_record_results') -%}
{{ config(enabled=ratebook.has_feature('marketplaces')) }}

with source as (
    select * from {{ ratebook.input_rows('marketplace_record_results') }}
),

renamed as (
    select
        -- the row
        {{ ratebook.common_cells('marketplace_record_results') }},
        -- ids
        {{ cells.record_id }} as record_id,
        -- text
        {{ cells.status }} as status,
        {{ cells.detail }} as detail,
        -- numbers
        {{ cells.accepted_quantity }} as accepted_quantity,
        -- times
        {{ cells.returned_at }} as returned_at
    from source
)

select distinct *
from renamed
