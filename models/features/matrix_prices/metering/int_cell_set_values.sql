{%- set numbers = ratebook.property_numbers() -%}
{{ config(enabled=ratebook.has_feature('matrix_prices')) }}

-- The values that the cells of a set name, each with its part of the key of a combination. Any
-- other value has the part 0.
with numbered as (
    select
        rating_set,
        cell_set_number,
        property_number,
        cell_value,
        dense_rank() over (
            partition by cell_set_number, property_number
            order by cell_value
        ) as value_number
    from {{ ref('ratebook', 'int_cell_set_cells') }}
    where cell_value is not null
    group by rating_set, cell_set_number, property_number, cell_value
),

-- A key is a number with one digit for each property, whose base is how many values that has.
counted as (
    select
        {%- for number in numbers %}
        coalesce(max(case when property_number = {{ number }} then value_number end), 0) + 1
            as base_{{ number }},
        {%- endfor %}
        cell_set_number
    from numbered
    group by cell_set_number
),

unit_sizes as (
    select
        {%- for number in numbers %}
        1
        {%- for lower in numbers if lower < number %}
        * base_{{ lower }}
        {%- endfor %}
            as unit_{{ number }},
        {%- endfor %}
        cell_set_number
    from counted
)

select
    numbered.rating_set,
    numbered.cell_set_number,
    numbered.property_number,
    {{ ratebook.property_key('numbered.cell_set_number', 'numbered.property_number') }}
        as property_key,
    numbered.cell_value,
    numbered.value_number * case numbered.property_number
        {%- for number in numbers %}
        when {{ number }} then unit_sizes.unit_{{ number }}
        {%- endfor %}
    end as key_part
from numbered
inner join unit_sizes
    on numbered.cell_set_number = unit_sizes.cell_set_number
