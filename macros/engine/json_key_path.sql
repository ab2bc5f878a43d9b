{% macro json_key_path(property) -%}
    {{ adapter.dispatch('json_key_path', 'ratebook')(property) }}
{%- endmacro %}

{% macro duckdb__json_key_path(property) -%}
    {#- The path of a key exactly as written, with any characters. -#}
    '$."' || replace({{ property }}, '"', '\"') || '"'
{%- endmacro %}
