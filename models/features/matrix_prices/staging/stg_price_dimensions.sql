{{ config(enabled=ratebook.has_feature('matrix_prices')) }}

with source as (
    select * from {{ ratebook.input_rows('price_dimensions') }}
),

renamed as (
    select
        -- the row
        {{ ratebook.common_cells('price_dimensions') }},
        -- ids
        {{ ratebook.cell('price_dimensions', 'list_price_uid') }},
        {{ ratebook.cell('price_dimensions', 'contract_price_uid') }},
        -- text
        {{ ratebook.cell('price_dimensions', 'property') }},
        -- numbers
        {{ ratebook.cell('price_dimensions', 'position') }}
    from source
)

select distinct *
from renamed
