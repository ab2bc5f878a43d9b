{{ config(enabled=ratebook.has_feature('matrix_prices')) }}

with source as (
    select * from {{ ratebook.input_rows('price_cells') }}
),

renamed as (
    select
        -- the row
        {{ ratebook.common_cells('price_cells') }},
        -- ids
        {{ ratebook.cell('price_cells', 'list_price_uid') }},
        {{ ratebook.cell('price_cells', 'contract_price_uid') }},
        {{ ratebook.cell('price_cells', 'cell_id') }},
        -- text
        {{ ratebook.cell('price_cells', 'cell_values') }},
        {{ ratebook.cell('price_cells', 'charge_model') }},
        -- numbers
        {{ ratebook.cell('price_cells', 'price') }},
        {{ ratebook.cell('price_cells', 'package_size') }},
        {{ ratebook.cell('price_cells', 'percent_rate') }},
        {{ ratebook.cell('price_cells', 'fixed_amount') }},
        {{ ratebook.cell('price_cells', 'event_minimum') }},
        {{ ratebook.cell('price_cells', 'event_maximum') }}
    from source
)

select distinct *
from renamed
