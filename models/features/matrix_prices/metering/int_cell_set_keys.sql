{{ config(enabled=ratebook.has_feature('matrix_prices')) }}
{%- set numbers = ratebook.property_numbers() %}

-- Every combination of values that events of a set can have, with the cell of each matrix price
-- that fits it best: the one that names most properties, then the first dimensions.
with set_values as (
    select * from {{ ref('ratebook', 'int_cell_set_values') }}
),

cell_sets as (
    select distinct
        rating_set,
        cell_set_number
    from {{ ref('ratebook', 'int_cell_sets') }}
),

-- A cell has -1 for a property of which it names no value.
cells as (
    select
        {%- for number in numbers %}
        coalesce(
            max(case when cells.property_number = {{ number }} then set_values.key_part end), -1
        ) as part_{{ number }},
        {%- endfor %}
        cells.cell_set_number,
        cells.matrix_id,
        cells.cell_id,
        cells.named_count,
        cells.named_dimensions
    from {{ ref('ratebook', 'int_cell_set_cells') }} as cells
    left join set_values
        on
            cells.cell_set_number = set_values.cell_set_number
            and cells.property_number = set_values.property_number
            and cells.cell_value = set_values.cell_value
    group by
        cells.cell_set_number, cells.matrix_id, cells.cell_id, cells.named_count,
        cells.named_dimensions
),

-- Cells that name the same properties are found by one comparison.
patterns as (
    select distinct
        {%- for number in numbers %}
        part_{{ number }} >= 0 as names_{{ number }},
        {%- endfor %}
        cell_set_number,
        matrix_id
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
        {%- for number in numbers %}
        parts_{{ number }}.key_part as part_{{ number }},
        {%- endfor %}
        cell_sets.rating_set,
        cell_sets.cell_set_number
    from cell_sets
    {% for number in numbers -%}
    inner join parts_{{ number }}
        on cell_sets.cell_set_number = parts_{{ number }}.cell_set_number
    {% endfor -%}
),

keyed as (
    select
        *,
        {{ ratebook.sum_of_columns('part_', numbers) }} as cell_key
    from combinations
),

fitting as (
    select
        keyed.rating_set,
        keyed.cell_set_number,
        keyed.cell_key,
        cells.matrix_id,
        cells.cell_id,
        row_number() over (
            partition by keyed.cell_set_number, keyed.cell_key, cells.matrix_id
            order by cells.named_count desc, cells.named_dimensions desc, cells.cell_id asc
        ) as choice
    from keyed
    inner join patterns
        on keyed.cell_set_number = patterns.cell_set_number
    inner join cells
        on
            {%- for number in numbers %}
            cells.part_{{ number }}
            = case when patterns.names_{{ number }} then keyed.part_{{ number }} else -1 end
            and
            {%- endfor %}
            patterns.cell_set_number = cells.cell_set_number
            and patterns.matrix_id = cells.matrix_id
)

select
    rating_set,
    cell_set_number,
    cell_key,
    matrix_id,
    cell_id
from fitting
where choice = 1
