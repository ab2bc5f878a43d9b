with source as (
    select * from {{ ratebook.input_rows('product_filters') }}
),

renamed as (
    select
        -- the row
        {{ ratebook.common_cells('product_filters') }},
        -- ids
        {{ ratebook.cell('product_filters', 'product_uid') }},
        -- text
        {{ ratebook.cell('product_filters', 'property') }},
        {{ ratebook.cell('product_filters', 'included_values') }},
        {{ ratebook.cell('product_filters', 'excluded_values') }},
        -- flags
        {{ ratebook.cell('product_filters', 'is_optional') }}
    from source
)

select distinct *
from renamed
