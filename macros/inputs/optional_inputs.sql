{% macro optional_inputs() %}
    {#- Inputs that not everybody has: a table that is not there counts as empty. -#}
    {{ return([
        'quotes', 'quote_prices', 'quote_usage', 'orders', 'order_items', 'partners', 'partner_shares',
        'entitlement_grants', 'marketplace_listings', 'marketplace_private_offers',
        'marketplace_private_offer_prices', 'marketplace_agreements', 'marketplace_notifications',
        'marketplace_sent_records', 'marketplace_record_results',
    ]) }}
{% endmacro %}
