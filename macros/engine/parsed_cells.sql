{% macro parsed_cells(columns, parse) -%}
    {{ adapter.dispatch('parsed_cells', 'ratebook')(columns, parse) }}
{%- endmacro %}

{% macro duckdb__parsed_cells(columns, parse) -%}
    {#- One expression for all columns of a type: planning one for each took most of the time of a small build. -#}
    list_transform([{{ columns | join(', ') }}], lambda cell : {{ parse('cell') }})
{%- endmacro %}
