{% macro time_zones() -%}
    {{ adapter.dispatch('time_zones', 'ratebook')() }}
{%- endmacro %}

{% macro duckdb__time_zones() -%}
    (select name from pg_timezone_names())
{%- endmacro %}
