{% macro add_months(time, months) -%}
    {{ adapter.dispatch('add_months', 'ratebook')(time, months) }}
{%- endmacro %}

{% macro duckdb__add_months(time, months) -%}
    {#- The day is clipped to the end of the month. A date gives a timestamp at midnight. -#}
    ({{ time }} + to_months({{ months }}))
{%- endmacro %}
