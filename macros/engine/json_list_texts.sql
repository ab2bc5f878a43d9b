{% macro json_list_texts(json) -%}
    {{ adapter.dispatch('json_list_texts', 'ratebook')(json) }}
{%- endmacro %}

{% macro duckdb__json_list_texts(json) -%}
    coalesce(json_extract_string({{ json }}, '$[*]'), [])
{%- endmacro %}
