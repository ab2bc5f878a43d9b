{%- set cells = ratebook.cells('price_dimensions') -%}
{{ config(enabled=ratebook.has_feature('matrix_prices')) }}

with source as (
    select * from {{ ratebook.input_rows('price_dimensions') }}
),

renamed as (
    select
        -- the row
        {{ ratebook.common_cells('price_dimensions') }},
        -- ids
        {{ cells.list_price_uid }} as list_price_uid,
        {{ cells.contract_price_uid }} as contract_price_uid,
        -- text
        {{ cells.property }} as property,
        -- numbers
        {{ cells.position }} as position
    from source
)

select distinct *
from renamed
