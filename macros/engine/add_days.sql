{% macro add_days(time, days) -%}
    {{ adapter.dispatch('add_days', 'ratebook')(time, days) }}
{%- endmacro %}

{% macro duckdb__add_days(time, days) -%}
    ({{ time }} + to_days({{ days }}))
{%- endmacro %}
