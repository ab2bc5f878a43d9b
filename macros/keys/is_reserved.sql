{% macro is_reserved(id) -%}
    {#- Whether an id is one of those that quotes and orders have as contracts. -#}
    (coalesce({{ id }} like 'quote:%' or {{ id }} like 'order:%', false))
{%- endmacro %}
