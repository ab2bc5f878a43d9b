{% macro ledger_columns() %}
    {#- The columns of the ledger that are frozen with a row, in the order of its hash, with their types. -#}
    {{ return({
        'close_number': 'integer', 'closed_at': 'timestamp', 'row_number': 'bigint',
        'document_id': 'varchar', 'document_position': 'bigint', 'document_type': 'varchar',
        'document_series': 'varchar', 'document_sequence': 'bigint', 'document_number': 'varchar', 'document_date': 'date', 'due_at': 'date', 'issued_at': 'timestamp',
        'seller_id': 'varchar', 'seller_name': 'varchar', 'number_prefix': 'varchar',
        'customer_id': 'varchar', 'customer_name': 'varchar', 'billing_target': 'varchar',
        'payment_terms_days': 'integer', 'contract_id': 'varchar', 'row_type': 'varchar',
        'origin_document_id': 'varchar', 'origin_document_number': 'varchar', 'place_document_id': 'varchar',
        'ledger_key': 'varchar', 'invoice_id': 'varchar', 'line_item_id': 'varchar', 'lineage_id': 'varchar',
        'invoice_delivery': 'varchar', 'line_type': 'varchar', 'product_uid': 'varchar',
        'product_name': 'varchar', 'unit_name': 'varchar', 'list_price_uid': 'varchar',
        'contract_price_uid': 'varchar', 'charge_model': 'varchar', 'cell_id': 'varchar',
        'cell_values': 'varchar', 'nominal_start_date': 'date', 'nominal_end_date': 'date',
        'started_at': 'timestamp', 'ended_at': 'timestamp', 'effective_at': 'timestamp',
        'ineffective_at': 'timestamp', 'price': 'decimal(18, 10)', 'quantity': 'decimal(38, 12)',
        'minor_units': 'integer', 'currency': 'varchar', 'explanation': 'varchar', 'amount': 'decimal(28, 8)',
    }) }}
{% endmacro %}
