{% macro ledger_input_columns(input) %}
    {#-
        The columns of an input of the core that only the ledger reads. Without the ledger there are none: nobody else
        reads them, compares rows by them, or looks for their misspellings.
    -#}
    {%- set columns = {
        'customers': [
            'legal_name', 'address_line_1', 'address_line_2', 'postcode', 'city', 'country', 'region', 'email',
            'tax_id', 'purchase_order', 'invoice_grouping',
        ],
        'contracts': ['purchase_order', 'invoice_grouping'],
    }[input] -%}
    {%- set types = {} -%}
    {%- for column in (columns if ratebook.has_feature('ledger') else []) -%}
        {%- do types.update({column: 'invoice_grouping' if column == 'invoice_grouping' else 'text'}) -%}
    {%- endfor -%}
    {{ return(types) }}
{% endmacro %}
