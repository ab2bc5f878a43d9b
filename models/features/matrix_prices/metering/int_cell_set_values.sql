{{ config(enabled=ratebook.has_feature('matrix_prices')) }}

-- The values that the cells of a set name, numbered for each property. Any other value is 0.
select
    rating_set,
    cell_set_id,
    property_number,
    cell_value,
    dense_rank() over (
        partition by rating_set, cell_set_id, property_number
        order by cell_value
    ) as value_number
from {{ ref('ratebook', 'int_cell_set_cells') }}
where cell_value is not null
group by rating_set, cell_set_id, property_number, cell_value
