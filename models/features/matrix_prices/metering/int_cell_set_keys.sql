{%- set numbers = ratebook.property_numbers() -%}
{%- set key_parts = [] -%}
{%- for number in numbers -%}
    {%- do key_parts.append('parts_' ~ number ~ '.key_part') -%}
{%- endfor -%}
{{ config(enabled=ratebook.has_feature('matrix_prices')) }}

-- Every combination of values that events of a set can have, with the cell of each matrix price that
-- fits it best: the one that names most properties, then the first dimensions.
with set_values as (
    select * from {{ ref('ratebook', 'int_cell_set_values') }}
),

cell_sets as (
    select distinct
        rating_set,
        cell_set_number
    from {{ ref('ratebook', 'int_cell_sets') }}
),

cells as (
    select
        cells.rating_set,
        cells.cell_set_number,
        cells.matrix_id,
        cells.cell_id,
        cells.named_count,
        cells.named_dimensions,
        {%- for number in numbers %}
        coalesce(max(case
            when cells.property_number = {{ number }} then set_values.key_part
        end), -1) as part_{{ number }}{{ "," if not loop.last }}
        {%- endfor %}
    from {{ ref('ratebook', 'int_cell_set_cells') }} as cells
    left join set_values
        on
            cells.cell_set_number = set_values.cell_set_number
            and cells.property_number = set_values.property_number
            and cells.cell_value = set_values.cell_value
    group by 1, 2, 3, 4, 5, 6
),

-- Cells that name the same properties are found by one comparison.
patterns as (
    select distinct
        cell_set_number,
        matrix_id,
        {%- for number in numbers %}
        part_{{ number }} >= 0 as names_{{ number }}{{ "," if not loop.last }}
        {%- endfor %}
    from cells
),

{% for number in numbers -%}
parts_{{ number }} as (
    select
        cell_set_number,
        key_part
    from set_values
    where property_number = {{ number }}
    union all
    select
        cell_set_number,
        0 as key_part
    from cell_sets
),

{% endfor -%}
combinations as (
    select
        cell_sets.rating_set,
        cell_sets.cell_set_number,
        {%- for number in numbers %}
        parts_{{ number }}.key_part as part_{{ number }},
        {%- endfor %}
        {{ key_parts | join(' + ') }} as cell_key
    from cell_sets
    {%- for number in numbers %}
    inner join parts_{{ number }}
        on cell_sets.cell_set_number = parts_{{ number }}.cell_set_number
    {%- endfor %}
),

fitting as (
    select
        combinations.rating_set,
        combinations.cell_set_number,
        combinations.cell_key,
        cells.matrix_id,
        cells.cell_id,
        row_number() over (
            partition by combinations.cell_set_number, combinations.cell_key, cells.matrix_id
            order by cells.named_count desc, cells.named_dimensions desc, cells.cell_id asc
        ) as choice
    from combinations
    inner join patterns
        on combinations.cell_set_number = patterns.cell_set_number
    inner join cells
        on
            patterns.cell_set_number = cells.cell_set_number
            and patterns.matrix_id = cells.matrix_id
            {%- for number in numbers %}
            and cells.part_{{ number }}
            = case when patterns.names_{{ number }} then combinations.part_{{ number }} else -1 end
            {%- endfor %}
)

select
    rating_set,
    cell_set_number,
    cell_key,
    matrix_id,
    cell_id
from fitting
where choice = 1
