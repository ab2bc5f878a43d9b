with source as (
    select * from {{ ratebook.input_rows('price_tiers') }}
),

renamed as (
    select
        -- the row
        {{ ratebook.common_cells('price_tiers') }},
        -- ids
        {{ ratebook.cell('price_tiers', 'list_price_uid') }},
        {{ ratebook.cell('price_tiers', 'contract_price_uid') }},
        {{ ratebook.cell('price_tiers', 'cell_id') }},
        -- numbers
        {{ ratebook.cell('price_tiers', 'up_to') }},
        {{ ratebook.cell('price_tiers', 'unit_price') }},
        {{ ratebook.cell('price_tiers', 'flat_amount') }}
    from source
)

select distinct *
from renamed
