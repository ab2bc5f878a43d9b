{{ config(enabled=ratebook.has_feature('matrix_prices')) }}

-- Where events have the properties of a set.
select
    {%- for number in ratebook.property_numbers() %}
    max(case when property_number = {{ number }} then key_path end) as key_path_{{ number }},
    max(case when property_number = {{ number }} then property_path end)
        as property_path_{{ number }},
    {%- endfor %}
    rating_set,
    cell_set_number
from {{ ref('ratebook', 'int_cell_set_cells') }}
group by rating_set, cell_set_number
