{% macro required_input_columns(name) %}
    {{ return({
        'customers': ['id', 'durable_id'],
        'customer_aliases': ['id', 'customer_id', 'alias'],
        'products': ['id', 'name', 'ptype'],
        'product_filters': ['id', 'product_uid', 'property'],
        'pricebooks': ['id', 'durable_id'],
        'list_prices': ['id', 'pricebook_uid', 'product_uid'],
        'contracts': ['id', 'durable_id', 'customer_id', 'started_at'],
        'contract_prices': ['id'],
        'quotes': ['id', 'durable_id', 'started_at', 'state'],
        'quote_prices': ['id', 'quote_id'],
        'quote_usage': ['id', 'quote_id', 'product_uid', 'quantity'],
        'orders': ['id', 'durable_id', 'customer_id', 'state'],
        'order_items': ['id', 'order_uid', 'quantity'],
        'partners': ['id', 'durable_id', 'kind'],
        'partner_shares': ['id', 'partner_id'],
        'entitlement_grants': ['id', 'customer_id', 'product_uid', 'granted_at'],
        'marketplace_listings': ['id', 'marketplace', 'listing_id', 'dimension', 'product_uid'],
        'marketplace_private_offers': ['id', 'durable_id'],
        'marketplace_private_offer_prices': ['id', 'offer_id'],
        'marketplace_agreements': [
            'id', 'durable_id', 'marketplace', 'listing_id', 'customer_id', 'started_at'
        ],
        'marketplace_notifications': ['id', 'agreement_id', 'notification', 'occurred_at'],
        'marketplace_sent_records': [
            'id', 'agreement_id', 'dimension', 'metered_hour', 'quantity', 'sent_at'
        ],
        'marketplace_record_results': ['id', 'record_id', 'status', 'returned_at'],
        'price_tiers': ['id'],
        'price_dimensions': ['id', 'property'],
        'price_cells': ['id', 'cell_id'],
        'sellers': ['id', 'durable_id'],
        'payments': ['id', 'document_number', 'kind', 'amount', 'currency', 'paid_at'],
        'invoice_holds': ['id'],
        'document_corrections': ['id', 'document_number', 'kind'],
        'ledger_opening': [
            'id', 'contract_id', 'product_uid', 'nominal_start_date', 'document_number', 'net_amount'
        ],
        'currencies': ['id', 'code', 'minor_units'],
        'usage_events': ['transaction_id', 'properties', 'metered_at'],
    }[name]) }}
{% endmacro %}
