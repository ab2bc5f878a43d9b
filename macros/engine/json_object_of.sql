{% macro json_object_of(key, text, order) -%}
    {{ adapter.dispatch('json_object_of', 'ratebook')(key, text, order) }}
{%- endmacro %}

{% macro duckdb__json_object_of(key, text, order) -%}
    {#- An aggregate: texts by key as a JSON object, in an order. -#}
    '{' || string_agg(to_json({{ key }}) || ':' || to_json({{ text }}), ',' order by {{ order }}) || '}'
{%- endmacro %}
