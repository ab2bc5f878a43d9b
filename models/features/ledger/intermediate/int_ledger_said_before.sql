{%- set columns = ratebook.ledger_columns() -%}
{%- set of_document = 'max({}) over (partition by document_id)' -%}
{#- What an opening row has of the columns of the ledger. -#}
{%- set of_opening = {
    'close_number': '0', 'row_type': "'LINE'", 'document_id': 'document_id',
    'document_position': 'document_position', 'document_type': "'INVOICE'",
    'document_number': 'document_number', 'place_document_id': 'document_id',
    'seller_id': of_document.format('seller_id'), 'customer_id': 'customer_id',
    'payment_terms_days': of_document.format('payment_terms_days'),
    'payment_terms_kind': of_document.format('payment_terms_kind'),
    'purchase_order': of_document.format('purchase_order'),
    'billing_target': of_document.format('billing_target'),
    'contract_id': 'contract_id', 'ledger_key': 'ledger_key', 'currency': 'key_currency',
} -%}
{{ config(enabled=ratebook.has_feature('ledger'), materialized='view') }}

-- What was said so far: the rows of the ledger as this run has found it, and before them what
-- another system has invoiced, as documents in the order of the periods with which they begin.
with dated as (
    select
        *,
        min(nominal_start_date) over (partition by document_id) as document_start_date
    from {{ ref('ratebook', 'int_ledger_opening') }}
    where ledger_key is not null
),

opening as (
    select
        *,
        1 - dense_rank() over (
            order by document_start_date desc, document_number desc, document_id desc
        ) as document_position
    from dated
)

select
    {%- for column in columns if column != 'amount' %}
    {{ column }},
    {%- endfor %}
    amount
from {{ ref('ratebook', 'int_ledger_before') }}
union all
select
    {%- for column, type in columns.items() if column != 'amount' %}
    cast({{ of_opening.get(column, 'null') }} as {{ type }}) as {{ column }},
    {%- endfor %}
    net_amount as amount
from opening
