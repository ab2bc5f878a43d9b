{% macro quantity_of_latest(latest) -%}
    {{ adapter.dispatch('quantity_of_latest', 'ratebook')(latest) }}
{%- endmacro %}

{% macro duckdb__quantity_of_latest(latest) -%}
    {{ latest }}.quantity
{%- endmacro %}
