{% macro is_reserved(id) -%}
    {#- Whether an id is one of those that quotes, orders and agreements have as contracts. -#}
    (coalesce({{ id }} like 'quote:%' or {{ id }} like 'order:%' or {{ id }} like 'agreement:%', false))
{%- endmacro %}
