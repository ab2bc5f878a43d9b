{%- set numbers = ratebook.property_numbers() -%}
{{ config(enabled=ratebook.has_feature('matrix_prices')) }}

-- Every combination of values that events of a set can have, with the cell of each matrix price that
-- fits it best: the one that names most properties, then the first dimensions.
with set_values as (
    select * from {{ ref('ratebook', 'int_cell_set_values') }}
),

cell_sets as (
    select distinct
        rating_set,
        cell_set_id
    from {{ ref('ratebook', 'int_cell_sets') }}
),

cells as (
    select
        cells.rating_set,
        cells.cell_set_id,
        cells.matrix_id,
        cells.cell_id,
        cells.named_count,
        cells.named_dimensions,
        {%- for number in numbers %}
        coalesce(max(case
            when cells.property_number = {{ number }} then cast(set_values.value_number as varchar)
        end), '*') as value_{{ number }}{{ "," if not loop.last }}
        {%- endfor %}
    from {{ ref('ratebook', 'int_cell_set_cells') }} as cells
    left join set_values
        on
            cells.rating_set = set_values.rating_set
            and cells.cell_set_id = set_values.cell_set_id
            and cells.property_number = set_values.property_number
            and cells.cell_value = set_values.cell_value
    group by 1, 2, 3, 4, 5, 6
),

-- Cells that name the same properties are found by one comparison.
patterns as (
    select distinct
        rating_set,
        cell_set_id,
        matrix_id,
        {%- for number in numbers %}
        value_{{ number }} != '*' as names_{{ number }}{{ "," if not loop.last }}
        {%- endfor %}
    from cells
),

{% for number in numbers -%}
values_{{ number }} as (
    select
        rating_set,
        cell_set_id,
        cast(value_number as varchar) as value_{{ number }}
    from set_values
    where property_number = {{ number }}
    union all
    select
        rating_set,
        cell_set_id,
        '0' as value_{{ number }}
    from cell_sets
),

{% endfor -%}
combinations as (
    select
        cell_sets.rating_set,
        cell_sets.cell_set_id,
        {%- for number in numbers %}
        values_{{ number }}.value_{{ number }}{{ "," if not loop.last }}
        {%- endfor %}
    from cell_sets
    {%- for number in numbers %}
    inner join values_{{ number }}
        on
            cell_sets.rating_set = values_{{ number }}.rating_set
            and cell_sets.cell_set_id = values_{{ number }}.cell_set_id
    {%- endfor %}
),

fitting as (
    select
        combinations.rating_set,
        combinations.cell_set_id,
        {{ ratebook.cell_key('combinations') }} as cell_key,
        cells.matrix_id,
        cells.cell_id,
        row_number() over (
            partition by combinations.rating_set, combinations.cell_set_id,
            {%- for number in numbers %} combinations.value_{{ number }},{% endfor %} cells.matrix_id
            order by cells.named_count desc, cells.named_dimensions desc, cells.cell_id
        ) as choice
    from combinations
    inner join patterns
        on
            combinations.rating_set = patterns.rating_set
            and combinations.cell_set_id = patterns.cell_set_id
    inner join cells
        on
            patterns.rating_set = cells.rating_set
            and patterns.cell_set_id = cells.cell_set_id
            and patterns.matrix_id = cells.matrix_id
            {%- for number in numbers %}
            and case when patterns.names_{{ number }} then combinations.value_{{ number }} else '*' end
            = cells.value_{{ number }}
            {%- endfor %}
)

select
    rating_set,
    cell_set_id,
    cell_key,
    matrix_id,
    cell_id
from fitting
where choice = 1
