{% macro collect_texts(text) -%}
    {{ adapter.dispatch('collect_texts', 'ratebook')(text) }}
{%- endmacro %}

{% macro duckdb__collect_texts(text) -%}
    {#- An aggregate: the distinct texts as one value, for has_text. -#}
    list(distinct {{ text }} order by {{ text }})
{%- endmacro %}
