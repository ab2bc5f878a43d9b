{% macro ledger_columns() %}
    {#-
        The columns that are frozen with a row of the ledger, with their types. Each close stores the names of its own:
        new ones may be added anywhere, but none is ever renamed, removed or given another kind of type.
    -#}
    {%- set columns = {
        'close_number': 'integer', 'closed_at': 'timestamp', 'row_number': 'bigint',
        'document_id': 'varchar', 'document_position': 'bigint', 'document_type': 'varchar',
        'document_series': 'varchar', 'document_sequence': 'bigint', 'document_number': 'varchar', 'document_date': 'date', 'due_at': 'date', 'issued_at': 'timestamp',
        'seller_id': 'varchar', 'number_prefix': 'varchar', 'customer_id': 'varchar', 'billing_target': 'varchar',
        'payment_terms_days': 'integer', 'payment_terms_kind': 'varchar', 'purchase_order': 'varchar',
        'contract_id': 'varchar', 'row_type': 'varchar',
        'origin_document_id': 'varchar', 'origin_document_number': 'varchar', 'place_document_id': 'varchar',
        'correction_kind': 'varchar',
        'ledger_key': 'varchar', 'invoice_id': 'varchar', 'line_item_id': 'varchar', 'lineage_id': 'varchar',
        'invoice_delivery': 'varchar', 'line_type': 'varchar', 'product_uid': 'varchar',
        'product_name': 'varchar', 'unit_name': 'varchar', 'list_price_uid': 'varchar',
        'contract_price_uid': 'varchar', 'charge_model': 'varchar', 'cell_id': 'varchar',
        'cell_values': 'varchar', 'nominal_start_date': 'date', 'nominal_end_date': 'date',
        'started_at': 'timestamp', 'ended_at': 'timestamp', 'effective_at': 'timestamp',
        'ineffective_at': 'timestamp', 'price': 'decimal(18, 10)', 'quantity': 'decimal(38, 12)',
        'partner_id': 'varchar', 'partner_share_percent': 'decimal(7, 4)', 'partner_share_amount': 'decimal(28, 8)',
        'minor_units': 'integer', 'currency': 'varchar', 'explanation': 'varchar', 'amount': 'decimal(28, 8)',
    } -%}
    {%- for party in ['seller', 'customer'] -%}
        {%- do columns.update(dict.fromkeys(ratebook.ledger_party_columns(party, party ~ '_'), 'varchar')) -%}
    {%- endfor -%}
    {{ return(columns) }}
{% endmacro %}
