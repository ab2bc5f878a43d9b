{% macro text_at(texts, place) -%}
    {{ adapter.dispatch('text_at', 'ratebook')(texts, place) }}
{%- endmacro %}

{% macro duckdb__text_at(texts, place) -%}
    {#- A text of a list, the first at place 1; null if the place is null. -#}
    {{ texts }}[{{ place }}]
{%- endmacro %}
