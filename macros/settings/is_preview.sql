{% macro is_preview(rating_set) -%}
    {#- Whether a rating set is that of a quote or an order. -#}
    ({{ rating_set }} not in {{ ratebook.text_list(ratebook.rating_sets()) }})
{%- endmacro %}
