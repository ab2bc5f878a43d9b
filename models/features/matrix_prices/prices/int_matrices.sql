{%- set most_dimensions = 6 -%}
{{ config(enabled=ratebook.has_feature('matrix_prices')) }}

-- The price rows with dimensions or cells, and what is wrong with these.
with dimensions as (
    select * from {{ ref('ratebook', 'int_matrix_dimensions') }}
),

cells as (
    select
        shapes.*,
        cells.is_unreadable,
        cells.is_repeated
    from {{ ref('ratebook', 'int_matrix_cell_shapes') }} as shapes
    inner join {{ ref('ratebook', 'int_matrix_cells') }} as cells
        on
            shapes.rating_set = cells.rating_set
            and shapes.input = cells.input
            and shapes.price_uid = cells.price_uid
            and shapes.row_id = cells.row_id
),

checked as (
    select
        rating_set,
        input,
        price_uid,
        is_unreadable,
        1 as dimension_count,
        0 as cell_count,
        case
            when property is null then 'a dimension has no property'
            when is_repeated then 'two dimensions have the property ' || property
        end as defect
    from dimensions
    union all
    select
        rating_set,
        input,
        price_uid,
        is_unreadable,
        0 as dimension_count,
        1 as cell_count,
        case
            when cell_id is null then 'a cell has no cell_id'
            when is_repeated then 'two cells have the cell_id ' || cell_id
            when has_bad_values
                then
                    'the cell_values of cell ' || cell_id || ' are not a JSON object with one value'
                    || ' for each property, or name one that is no dimension of the price'
            when has_same_values then 'two cells have the values of cell ' || cell_id
        end as defect
    from cells
),

counted as (
    select
        rating_set,
        input,
        price_uid,
        max(case when is_unreadable then 1 else 0 end) = 1 as is_unreadable,
        sum(dimension_count) as dimension_count,
        sum(cell_count) as cell_count,
        min(defect) as first_defect
    from checked
    where price_uid is not null
    group by rating_set, input, price_uid
)

select
    rating_set,
    input,
    price_uid,
    is_unreadable,
    case
        when dimension_count = 0 then 'it has cells, but no dimension'
        when cell_count = 0 then 'it has dimensions, but no cell'
        when dimension_count > {{ most_dimensions }}
            then 'it has more than {{ most_dimensions }} dimensions'
        else first_defect
    end as defect
from counted
