{% macro local_timestamp(text) -%}
    {{ adapter.dispatch('local_timestamp', 'ratebook')(text) }}
{%- endmacro %}

{% macro duckdb__local_timestamp(text) -%}
    try_cast({{ text }} as timestamp)
{%- endmacro %}
