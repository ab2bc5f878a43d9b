{% macro input_columns(name=none) %}
    {#-
        The input contract: every input with its columns, in order, and how each cell is read.
        `time` is in the billing time zone unless it has an offset; `instant` is UTC unless it has an
        offset.
    -#}
    {%- set common = {
        'id': 'text', 'version': 'version', 'created_at': 'instant', 'is_deleted': 'boolean',
        'branch': 'text',
    } -%}
    {%- set pricing = {
        'price': 'decimal', 'charge_model': 'text', 'package_size': 'decimal',
        'percent_rate': 'decimal',
        'fixed_amount': 'decimal', 'free_events': 'decimal', 'event_minimum': 'decimal',
        'event_maximum': 'decimal', 'free_quantity': 'decimal', 'minimum_amount': 'decimal',
        'maximum_amount': 'decimal', 'invoice_delivery': 'text', 'invoice_schedule': 'integer',
        'schedule_unit': 'text', 'billing_anchor': 'text', 'start_period': 'integer', 'end_period': 'integer',
        'fixed_quantity': 'decimal', 'prorate': 'boolean', 'pricing_metadata': 'text',
        'price_per': 'decimal', 'price_months': 'integer', 'tiers_per': 'text',
    } -%}
    {%- set inputs = {
        'customers': dict({
            'durable_id': 'text', 'name': 'text', 'billing_timezone': 'text',
            'effective_at': 'time',
            'ineffective_at': 'time', 'archived_at': 'time', 'seller_id': 'text',
        }, **ratebook.ledger_input_columns('customers')),
        'customer_aliases': {
            'customer_id': 'text', 'alias': 'text', 'effective_at': 'time',
            'ineffective_at': 'time',
            'archived_at': 'time',
        },
        'products': {
            'name': 'text', 'ptype': 'text', 'event_name': 'text', 'agg_property': 'text',
            'aggregation': 'text', 'unit_name': 'text', 'archived_at': 'time',
        },
        'product_filters': {
            'product_uid': 'text', 'property': 'text', 'included_values': 'json_list',
            'excluded_values': 'json_list', 'is_optional': 'boolean',
        },
        'pricebooks': {
            'durable_id': 'text', 'name': 'text', 'currency': 'currency', 'invoice_delivery': 'text',
            'invoice_schedule': 'integer', 'schedule_unit': 'text', 'billing_anchor': 'text',
            'prorate': 'boolean', 'billing_target': 'text', 'payment_terms_days': 'integer',
            'payment_terms_kind': 'payment_terms_kind', 'effective_at': 'time',
            'ineffective_at': 'time', 'archived_at': 'time',
            'maximum_discount_percent': 'decimal', 'minimum_term_months': 'integer', 'seller_id': 'text',
        },
        'list_prices': dict({'durable_id': 'text', 'pricebook_uid': 'text', 'product_uid': 'text'},
        **dict(pricing, floor_price='decimal', is_required='boolean')),
        'contracts': dict({
            'durable_id': 'text', 'customer_id': 'text', 'pricebook_id': 'text', 'currency': 'currency',
            'billing_anchor': 'text', 'prorate': 'boolean', 'payment_terms_days': 'integer',
            'payment_terms_kind': 'payment_terms_kind', 'started_at': 'time', 'ended_at': 'time', 'effective_at': 'time',
            'ineffective_at': 'time',
            'void': 'boolean', 'voided_at': 'time', 'archived_at': 'time', 'signed_at': 'time',
            'msa_reference': 'text', 'channel': 'text', 'quote_id': 'text', 'order_id': 'text',
            'agreement_id': 'text', 'partner_id': 'text', 'auto_renew': 'boolean',
            'renewal_term_months': 'integer', 'renewal_uplift_percent': 'decimal',
            'renewal_pricing': 'renewal_pricing', 'trial_days': 'integer',
            'terminated_at': 'time', 'end_reason': 'text', 'seller_id': 'text',
        }, **ratebook.ledger_input_columns('contracts')),
        'contract_prices': dict({
            'contract_uid': 'text', 'contract_id': 'text', 'list_price_uid': 'text',
            'list_price_id': 'text',
            'product_uid': 'text', 'discount_percent': 'decimal', 'discount_amount': 'decimal',
            'started_at': 'time', 'ended_at': 'time', 'renews': 'boolean',
        }, **pricing),
        'quotes': {
            'durable_id': 'text', 'customer_id': 'text', 'prospect_name': 'text',
            'pricebook_id': 'text', 'currency': 'currency', 'billing_anchor': 'text',
            'prorate': 'boolean', 'payment_terms_days': 'integer', 'started_at': 'time',
            'ended_at': 'time', 'state': 'text', 'sent_at': 'time', 'expires_at': 'time',
            'accepted_at': 'time', 'msa_reference': 'text', 'channel': 'text',
            'partner_id': 'text', 'auto_renew': 'boolean', 'renewal_term_months': 'integer',
            'renewal_uplift_percent': 'decimal', 'renewal_pricing': 'renewal_pricing',
        },
        'quote_prices': dict({
            'quote_id': 'text', 'list_price_uid': 'text', 'list_price_id': 'text',
            'product_uid': 'text', 'discount_percent': 'decimal', 'discount_amount': 'decimal',
            'started_at': 'time', 'ended_at': 'time', 'renews': 'boolean',
        }, **pricing),
        'quote_usage': {
            'quote_id': 'text', 'product_uid': 'text', 'nominal_start_date': 'time',
            'quantity': 'decimal',
        },
        'orders': {
            'durable_id': 'text', 'customer_id': 'text', 'pricebook_id': 'text',
            'currency': 'currency', 'billing_anchor': 'text', 'prorate': 'boolean',
            'payment_terms_days': 'integer', 'started_at': 'time', 'ended_at': 'time',
            'state': 'text', 'checkout_started_at': 'time', 'paid_at': 'time',
            'partner_id': 'text',
        },
        'order_items': {
            'order_uid': 'text', 'list_price_uid': 'text', 'list_price_id': 'text',
            'quantity': 'decimal',
        },
        'partners': {'durable_id': 'text', 'name': 'text', 'kind': 'text'},
        'partner_shares': {
            'partner_id': 'text', 'product_uid': 'text', 'share_percent': 'decimal',
            'share_amount': 'decimal', 'currency': 'currency', 'effective_at': 'time',
            'ineffective_at': 'time',
        },
        'entitlement_grants': {
            'customer_id': 'text', 'product_uid': 'text', 'quantity': 'decimal',
            'granted_at': 'instant', 'revoked_at': 'instant',
        },
        'marketplace_listings': {
            'marketplace': 'text', 'listing_id': 'text', 'dimension': 'text', 'product_uid': 'text',
            'unit_factor': 'decimal', 'whole_quantities': 'boolean', 'late_usage': 'text',
        },
        'marketplace_private_offers': {
            'durable_id': 'text', 'customer_id': 'text', 'pricebook_id': 'text', 'currency': 'currency',
            'billing_anchor': 'text', 'prorate': 'boolean', 'payment_terms_days': 'integer',
        },
        'marketplace_private_offer_prices': dict({
            'offer_id': 'text', 'list_price_uid': 'text', 'list_price_id': 'text',
            'product_uid': 'text', 'discount_percent': 'decimal', 'discount_amount': 'decimal',
            'started_at': 'time', 'ended_at': 'time',
        }, **pricing),
        'marketplace_agreements': {
            'durable_id': 'text', 'marketplace': 'text', 'listing_id': 'text',
            'customer_id': 'text', 'buyer_id': 'text', 'resource_id': 'text', 'plan_id': 'text',
            'pricebook_id': 'text', 'offer_id': 'text', 'replaces_agreement_id': 'text',
            'partner_id': 'text', 'signed_at': 'time', 'started_at': 'time', 'ended_at': 'time',
            'effective_at': 'time', 'auto_renew': 'boolean', 'renewal_term_months': 'integer',
            'renewal_uplift_percent': 'decimal', 'renewal_pricing': 'renewal_pricing',
        },
        'marketplace_notifications': {
            'agreement_id': 'text', 'notification': 'text', 'occurred_at': 'instant',
        },
        'price_tiers': {
            'list_price_uid': 'text', 'contract_price_uid': 'text', 'cell_id': 'text', 'up_to': 'decimal',
            'unit_price': 'decimal', 'flat_amount': 'decimal',
        },
        'price_dimensions': {
            'list_price_uid': 'text', 'contract_price_uid': 'text', 'position': 'integer', 'property': 'text',
        },
        'price_cells': {
            'list_price_uid': 'text', 'contract_price_uid': 'text', 'cell_id': 'text', 'cell_values': 'json_object',
            'charge_model': 'text', 'price': 'decimal', 'package_size': 'decimal', 'percent_rate': 'decimal',
            'fixed_amount': 'decimal', 'event_minimum': 'decimal', 'event_maximum': 'decimal',
        },
        'sellers': {
            'durable_id': 'text', 'name': 'text', 'address_line_1': 'text', 'address_line_2': 'text',
            'postcode': 'text', 'city': 'text', 'country': 'text', 'region': 'text', 'tax_id': 'text',
            'registration_id': 'text', 'iban': 'text', 'bic': 'text', 'email': 'text', 'currency': 'currency',
            'number_prefix': 'text', 'timezone': 'text',
        },
        'invoice_holds': {
            'contract_id': 'text', 'customer_id': 'text', 'held_from': 'instant', 'held_to': 'instant', 'reason': 'text',
        },
        'ledger_opening': {
            'contract_id': 'text', 'product_uid': 'text', 'line_type': 'text', 'cell_id': 'text',
            'nominal_start_date': 'time', 'payer_id': 'text', 'document_number': 'text', 'currency': 'currency',
            'net_amount': 'decimal', 'tax_amount': 'decimal',
        },
        'document_corrections': {'document_number': 'text', 'kind': 'text', 'reason': 'text'},
        'payments': {
            'id': 'text', 'document_number': 'text', 'kind': 'text', 'amount': 'decimal',
            'currency': 'currency', 'paid_at': 'instant', 'reference': 'text',
        },
        'currencies': {'code': 'currency', 'minor_units': 'integer'},
        'marketplace_sent_records': {
            'id': 'text', 'agreement_id': 'text', 'dimension': 'text', 'metered_hour': 'instant',
            'quantity': 'decimal', 'product_quantity': 'decimal', 'batch_id': 'text',
            'sent_at': 'instant',
        },
        'marketplace_record_results': {
            'id': 'text', 'record_id': 'text', 'status': 'text', 'accepted_quantity': 'decimal',
            'returned_at': 'instant', 'detail': 'text',
        },
        'usage_events': {
            'transaction_id': 'text', 'customer_id': 'text', 'customer_alias': 'text',
            'properties': 'json_object',
            'metered_at': 'instant', 'received_at': 'instant', 'branch': 'text',
        },
    } -%}
    {%- if name is none -%}
        {{ return(inputs) }}
    {%- elif name in ratebook.log_inputs() -%}
        {{ return(inputs[name]) }}
    {%- else -%}
        {{ return(dict(common, **inputs[name])) }}
    {%- endif -%}
{% endmacro %}
