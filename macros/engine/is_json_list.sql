{% macro is_json_list(text) -%}
    {{ adapter.dispatch('is_json_list', 'ratebook')(text) }}
{%- endmacro %}

{% macro duckdb__is_json_list(text) -%}
    (json_valid({{ text }}) and ltrim({{ text }})[1] = '[')
{%- endmacro %}
