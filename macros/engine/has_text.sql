{% macro has_text(texts, text) -%}
    {{ adapter.dispatch('has_text', 'ratebook')(texts, text) }}
{%- endmacro %}

{% macro duckdb__has_text(texts, text) -%}
    coalesce(list_contains({{ texts }}, {{ text }}), false)
{%- endmacro %}
