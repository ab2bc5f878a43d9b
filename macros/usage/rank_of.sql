{% macro rank_of(outcome) -%}
    {{ ratebook.product_outcomes().index(outcome) + 1 }}
{%- endmacro %}
