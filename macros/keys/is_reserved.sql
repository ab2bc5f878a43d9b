{% macro is_reserved(id) -%}
    {#- Whether an id is reserved for contracts of quotes, orders and agreements. -#}
    (coalesce({{ id }} like 'quote:%' or {{ id }} like 'order:%' or {{ id }} like 'agreement:%', false))
{%- endmacro %}
