{% macro text_of_date(date) -%}
    {{ adapter.dispatch('text_of_date', 'ratebook')(date) }}
{%- endmacro %}

{% macro duckdb__text_of_date(date) -%}
    strftime({{ date }}, '%Y-%m-%d')
{%- endmacro %}
