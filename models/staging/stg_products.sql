{%- set cells = ratebook.cells('products') -%}
with source as (
    select * from {{ ratebook.input_rows('products') }}
),

renamed as (
    select
        -- the row
        {{ ratebook.common_cells('products') }},
        -- text
        {{ cells.name }} as name,
        {{ cells.ptype }} as ptype,
        {{ cells.event_name }} as event_name,
        {{ cells.agg_property }} as agg_property,
        {{ cells.aggregation }} as aggregation,
        {{ cells.unit_name }} as unit_name,
        -- times
        {{ cells.archived_at }} as archived_at
    from source
)

select distinct *
from renamed
