{% macro is_json_object(text) -%}
    {{ adapter.dispatch('is_json_object', 'ratebook')(text) }}
{%- endmacro %}

{% macro duckdb__is_json_object(text) -%}
    {#- True or false, never null. -#}
    coalesce(json_valid({{ text }}) and ltrim({{ text }})[1] = '{', false)
{%- endmacro %}
