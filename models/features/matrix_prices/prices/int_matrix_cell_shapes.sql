{{ config(enabled=ratebook.has_feature('matrix_prices')) }}

-- The values of each cell together: as text, as a key, and which dimensions they name.
with cells as (
    select * from {{ ref('ratebook', 'int_matrix_cells') }}
),

cell_values as (
    select * from {{ ref('ratebook', 'int_matrix_cell_values') }}
),

shapes as (
    select
        rating_set,
        input,
        price_uid,
        row_id,
        sum(case when is_given then 1 else 0 end) as given_count,
        max(case when is_nested then 1 else 0 end) = 1 as is_nested,
        count(cell_value) as named_count,
        -- 1 for a dimension that the cell names, in the order of dimensions.
        {{ ratebook.joined_in_order(
            "case when cell_value is null then '0' else '1' end", 'dimension_number', ''
        ) }} as named_dimensions,
        {{ ratebook.joined_in_order(
            "property || ' ' || coalesce(cell_value, '*')", 'dimension_number', ', '
        ) }} as values_text,
        {{ ratebook.json_object_of('property', "coalesce(cell_value, '*')", 'dimension_number') }}
            as values_json,
        {{ ratebook.joined_in_order(
            ratebook.surrogate_key(['property', 'cell_value']), 'property', ','
        ) }} as values_key
    from cell_values
    group by rating_set, input, price_uid, row_id
)

select
    cells.rating_set,
    cells.input,
    cells.price_uid,
    cells.row_id,
    cells.cell_id,
    shapes.named_count,
    shapes.named_dimensions,
    shapes.values_text,
    shapes.values_json,
    shapes.values_key,
    count(*) over (
        partition by cells.rating_set, cells.input, cells.price_uid, shapes.values_key
    ) > 1 as has_same_values,
    not cells.has_values
    or case
        when cells.has_values
            then
                {{ ratebook.json_object_size('cells.cell_values') }}
                != coalesce(shapes.given_count, 0)
    end
    or coalesce(shapes.is_nested, false) as has_bad_values
from cells
left join shapes
    on
        cells.rating_set = shapes.rating_set
        and cells.input = shapes.input
        and cells.price_uid = shapes.price_uid
        and cells.row_id = shapes.row_id
