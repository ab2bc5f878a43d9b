{% macro cell(input, column) -%}
    {{ ratebook.cell_value(input, column) }} as {{ column }}
{%- endmacro %}
