{% macro parsed_cell(cells, place) -%}
    {{ adapter.dispatch('parsed_cell', 'ratebook')(cells, place) }}
{%- endmacro %}

{% macro duckdb__parsed_cell(cells, place) -%}
    {{ cells }}[{{ place }}]
{%- endmacro %}
