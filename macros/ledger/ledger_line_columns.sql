{% macro ledger_line_columns() %}
    {#- The columns that a row of the ledger takes over from a line item, as it was when it was frozen. -#}
    {{ return([
        'lineage_id', 'invoice_delivery', 'line_type', 'product_uid', 'product_name', 'unit_name',
        'list_price_uid', 'contract_price_uid', 'charge_model', 'cell_id', 'cell_values',
        'nominal_start_date', 'nominal_end_date', 'started_at', 'ended_at', 'minor_units',
        'partner_id', 'partner_share_percent',
    ]) }}
{% endmacro %}
