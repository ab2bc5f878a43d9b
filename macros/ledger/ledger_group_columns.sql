{% macro ledger_group_columns() %}
    {#- What a correction and the document that takes it must have in common. -#}
    {{ return(['contract_id', 'customer_id', 'currency', 'seller_id']) }}
{% endmacro %}
