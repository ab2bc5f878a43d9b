{% macro features() %}
    {#- The optional features, with the inputs of each. -#}
    {{ return({
        'quotes': ['quotes', 'quote_prices', 'quote_usage', 'orders', 'order_items'],
        'recurring_revenue': [],
        'entitlements': ['entitlement_grants'],
        'matrix_prices': ['price_dimensions', 'price_cells'],
        'partners': ['partners', 'partner_shares'],
        'marketplaces': [
            'marketplace_listings', 'marketplace_private_offers', 'marketplace_private_offer_prices',
            'marketplace_agreements', 'marketplace_notifications', 'marketplace_sent_records',
            'marketplace_record_results',
        ],
        'ledger': ['sellers', 'invoice_holds', 'ledger_opening', 'document_corrections', 'payments'],
    }) }}
{% endmacro %}
