{% macro event_name(properties) -%}
    {{ adapter.dispatch('event_name', 'ratebook')(properties) }}
{%- endmacro %}

{% macro duckdb__event_name(properties) -%}
    try(json_extract_string({{ properties }}, '$.name'))
{%- endmacro %}
