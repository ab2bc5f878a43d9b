{% macro property_key(cell_set_number, property_number) -%}
    {#- A number for a property of a set of matrix prices. -#}
    {{ cell_set_number }} * {{ ratebook.property_numbers() | length }} + {{ property_number }}
{%- endmacro %}
