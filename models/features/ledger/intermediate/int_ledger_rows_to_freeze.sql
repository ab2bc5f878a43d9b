{%- set of_documents = [
    'document_id', 'document_type', 'issued_at', 'payment_terms_days', 'payment_terms_kind',
    'purchase_order', 'billing_target', 'seller_id', 'customer_id', 'contract_id', 'row_type',
    'origin_document_id', 'origin_document_number', 'place_document_id', 'correction_kind',
    'ledger_key', 'invoice_id', 'line_item_id',
] -%}
{%- set columns = of_documents + ratebook.ledger_line_columns() + [
    'effective_at', 'ineffective_at', 'price', 'quantity', 'partner_share_amount', 'currency',
    'explanation', 'amount',
] -%}
{{ config(enabled=ratebook.has_feature('ledger')) }}

-- All rows that the next close freezes, each on its document.
select
    issue_date,
    {{ columns | reject('in', ['correction_kind', 'explanation']) | join(',\n    ') }},
    cast(null as varchar) as correction_kind,
    cast(null as varchar) as explanation
from {{ ref('ratebook', 'int_ledger_rows') }}
union all
select
    cast(null as date) as issue_date,
    {{ columns | reject('in', ['correction_kind', 'explanation']) | join(',\n    ') }},
    correction_kind,
    explanation
from {{ ref('ratebook', 'int_ledger_cancellations') }}
