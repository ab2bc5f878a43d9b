{% macro json_key_text(object, key_path) -%}
    {{ adapter.dispatch('json_key_text', 'ratebook')(object, key_path) }}
{%- endmacro %}

{% macro duckdb__json_key_text(object, key_path) -%}
    {#- The text of the value of a key of a JSON object; null if it is missing or null. -#}
    json_extract_string({{ object }}, {{ key_path }})
{%- endmacro %}
