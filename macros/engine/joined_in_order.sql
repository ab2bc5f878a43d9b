{% macro joined_in_order(text, order, separator) -%}
    {{ adapter.dispatch('joined_in_order', 'ratebook')(text, order, separator) }}
{%- endmacro %}

{% macro duckdb__joined_in_order(text, order, separator) -%}
    {#- An aggregate: the texts in an order, joined; null texts are left out. -#}
    string_agg({{ text }}, {{ ratebook.text_literal(separator) }} order by {{ order }})
{%- endmacro %}
