{% macro days_between(from_date, to_date) -%}
    {{ adapter.dispatch('days_between', 'ratebook')(from_date, to_date) }}
{%- endmacro %}

{% macro duckdb__days_between(from_date, to_date) -%}
    ({{ to_date }} - {{ from_date }})
{%- endmacro %}
