{% macro months_between(from_date, to_date) -%}
    {{ adapter.dispatch('months_between', 'ratebook')(from_date, to_date) }}
{%- endmacro %}

{% macro duckdb__months_between(from_date, to_date) -%}
    {#- Calendar months, ignoring the days of the month. -#}
    (12 * (year({{ to_date }}) - year({{ from_date }})) + month({{ to_date }}) - month({{ from_date }}))
{%- endmacro %}
