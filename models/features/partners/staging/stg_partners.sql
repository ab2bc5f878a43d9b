{%- set cells = ratebook.cells('partners') -%}
{{ config(enabled=ratebook.has_feature('partners')) }}

with source as (
    select * from {{ ratebook.input_rows('partners') }}
),

renamed as (
    select
        -- the row
        {{ ratebook.common_cells('partners') }},
        -- ids
        {{ cells.durable_id }} as durable_id,
        -- text
        {{ cells.name }} as name,
        {{ cells.kind }} as kind
    from source
)

select distinct *
from renamed
