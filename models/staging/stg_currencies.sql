{%- set cells = ratebook.cells('currencies') -%}
with source as (
    select * from {{ ratebook.input_rows('currencies') }}
),

renamed as (
    select
        -- the row
        {{ ratebook.common_cells('currencies') }},
        -- text
        {{ cells.code }} as code,
        -- numbers
        {{ cells.minor_units }} as minor_units
    from source
)

select distinct *
from renamed
