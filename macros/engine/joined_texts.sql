{% macro joined_texts(text) -%}
    {{ adapter.dispatch('joined_texts', 'ratebook')(text) }}
{%- endmacro %}

{% macro duckdb__joined_texts(text) -%}
    {#- An aggregate: the distinct texts in alphabetical order, with commas between them. -#}
    string_agg(distinct {{ text }}, ', ' order by {{ text }})
{%- endmacro %}
