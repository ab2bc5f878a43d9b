{% macro add_hours(time, hours) -%}
    {{ adapter.dispatch('add_hours', 'ratebook')(time, hours) }}
{%- endmacro %}

{% macro duckdb__add_hours(time, hours) -%}
    ({{ time }} + to_hours({{ hours }}))
{%- endmacro %}
