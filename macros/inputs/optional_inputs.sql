{% macro optional_inputs() %}
    {#- Inputs that not everybody has: a table that is not there counts as empty. -#}
    {{ return([
        'quotes', 'quote_prices', 'quote_usage', 'orders', 'order_items', 'partners', 'partner_shares',
        'entitlement_grants',
    ]) }}
{% endmacro %}
