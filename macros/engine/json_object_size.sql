{% macro json_object_size(object) -%}
    {{ adapter.dispatch('json_object_size', 'ratebook')(object) }}
{%- endmacro %}

{% macro duckdb__json_object_size(object) -%}
    {#- How many keys a JSON object has; a repeated key counts each time. -#}
    len(json_keys({{ object }}))
{%- endmacro %}
