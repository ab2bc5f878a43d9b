{%- set cells = ratebook.cells('product_filters') -%}
with source as (
    select * from {{ ratebook.input_rows('product_filters') }}
),

renamed as (
    select
        -- the row
        {{ ratebook.common_cells('product_filters') }},
        -- ids
        {{ cells.product_uid }} as product_uid,
        -- text
        {{ cells.property }} as property,
        {{ cells.included_values }} as included_values,
        {{ cells.excluded_values }} as excluded_values,
        -- flags
        {{ cells.is_optional }} as is_optional
    from source
)

select distinct *
from renamed
