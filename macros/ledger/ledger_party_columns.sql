{% macro ledger_party_columns(party, prefix='') %}
    {#- What a document says about its seller or its customer: the columns of its input, with a prefix. -#}
    {%- set columns = {
        'seller': [
            'name', 'address_line_1', 'address_line_2', 'postcode', 'city', 'country', 'region', 'tax_id',
            'registration_id', 'iban', 'bic', 'email', 'currency',
        ],
        'customer': [
            'name', 'legal_name', 'address_line_1', 'address_line_2', 'postcode', 'city', 'country', 'region',
            'email', 'tax_id',
        ],
    }[party] -%}
    {%- set prefixed = [] -%}
    {%- for column in columns -%}
        {%- do prefixed.append(prefix ~ column) -%}
    {%- endfor -%}
    {{ return(prefixed) }}
{% endmacro %}
