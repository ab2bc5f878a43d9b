{% macro json_is_nested(object, key_path) -%}
    {{ adapter.dispatch('json_is_nested', 'ratebook')(object, key_path) }}
{%- endmacro %}

{% macro duckdb__json_is_nested(object, key_path) -%}
    {#- Whether the value of a key of a JSON object is a list or an object; false if there is none. -#}
    coalesce(json_type({{ object }}, {{ key_path }}) in ('ARRAY', 'OBJECT'), false)
{%- endmacro %}
