{% macro document_columns() %}
    {#- The columns of the ledger that all rows of a document have in common, and a document has. -#}
    {{ return(
        [
            'document_id', 'document_type', 'document_number', 'document_date', 'due_at', 'issued_at', 'seller_id',
        ]
        + ratebook.ledger_party_columns('seller', 'seller_')
        + ['customer_id']
        + ratebook.ledger_party_columns('customer', 'customer_')
        + [
            'payment_terms_days', 'payment_terms_kind', 'purchase_order', 'currency', 'minor_units', 'closed_at',
        ]
    ) }}
{% endmacro %}
