{{ config(enabled=ratebook.has_feature('matrix_prices')) }}

-- What a cell says about each dimension of its price. Without a value it fits every event.
with cells as (
    select * from {{ ref('ratebook', 'int_matrix_cells') }}
    where has_values
)

select
    cells.rating_set,
    cells.input,
    cells.price_uid,
    cells.row_id,
    dimensions.dimension_number,
    dimensions.property,
    nullif(
        {{ ratebook.json_key_text('cells.cell_values', 'dimensions.key_path') }}, '*'
    ) as cell_value,
    {{ ratebook.json_has_key('cells.cell_values', 'dimensions.key_path') }} as is_given,
    {{ ratebook.json_is_nested('cells.cell_values', 'dimensions.key_path') }} as is_nested
from cells
inner join {{ ref('ratebook', 'int_matrix_dimensions') }} as dimensions
    on
        cells.rating_set = dimensions.rating_set
        and cells.input = dimensions.input
        and cells.price_uid = dimensions.price_uid
