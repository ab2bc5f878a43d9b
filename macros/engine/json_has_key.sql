{% macro json_has_key(object, key_path) -%}
    {{ adapter.dispatch('json_has_key', 'ratebook')(object, key_path) }}
{%- endmacro %}

{% macro duckdb__json_has_key(object, key_path) -%}
    {#- Whether a JSON object has a key, with any value. -#}
    json_exists({{ object }}, {{ key_path }})
{%- endmacro %}
