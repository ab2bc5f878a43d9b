{% macro cell_key(values) -%}
    {#- A combination of values of properties as one text: the columns value_1, value_2 ... of a relation. -#}
    {%- for number in ratebook.property_numbers() -%}
        {{ values }}.value_{{ number }}{{ " || '.' || " if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
