{% macro invoice_key(contract_id) -%}
    {#- The id of an invoice: what one contract owes one recipient for a period, in advance or in arrears. -#}
    {{ ratebook.surrogate_key(
        [contract_id, 'customer_id', 'invoice_delivery', 'currency', 'billing_target'],
        [ratebook.text_of_date('nominal_start_date'), ratebook.text_of_date('nominal_end_date')]
    ) }}
{%- endmacro %}
