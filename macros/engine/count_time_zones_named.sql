{% macro count_time_zones_named(zone) -%}
    {{ adapter.dispatch('count_time_zones_named', 'ratebook')(zone) }}
{%- endmacro %}

{% macro duckdb__count_time_zones_named(zone) -%}
    select count(*) from pg_timezone_names() where name = {{ ratebook.text_literal(zone) }}
{%- endmacro %}
