{% macro ledger_key(line_items) -%}
    {#-
        What is compared between closes, as a hash: contract, customer, price lineage, billing period, line type, cell and
        currency of a row of int_ledger_line_items. It is worked out by who needs it, for the rows that are left after
        joins and filters: over all line items it costs more than to read them.
    -#}
    {{ ratebook.surrogate_key([
        line_items ~ '.contract_id', line_items ~ '.customer_id', line_items ~ '.line_type', line_items ~ '.cell_id',
    ], [
        line_items ~ '.lineage_id', line_items ~ '.currency',
        ratebook.text_of_date(line_items ~ '.nominal_start_date'),
        ratebook.text_of_date(line_items ~ '.nominal_end_date'),
    ]) }}
{%- endmacro %}
