{%- set columns = [
    'document_id', 'document_type', 'document_number', 'document_date', 'due_at', 'issued_at',
    'seller_id',
] + ratebook.ledger_party_columns('seller', 'seller_') + ['customer_id']
    + ratebook.ledger_party_columns('customer', 'customer_')
    + ['payment_terms_days', 'payment_terms_kind', 'purchase_order', 'currency', 'minor_units'] -%}
{{ config(enabled=ratebook.has_feature('ledger')) }}

select
    {{ columns | join(',\n    ') }},
    max(
        case when document_type != 'INVOICE' and row_type = 'ADJUSTMENT' then origin_document_id end
    ) as origin_document_id,
    max(
        case
            when document_type != 'INVOICE' and row_type = 'ADJUSTMENT' then origin_document_number
        end
    ) as origin_document_number,
    cast(count(*) as bigint) as row_count,
    cast(sum(amount) as decimal(28, 8)) as total,
    cast(sum(case when row_type = 'ADJUSTMENT' then amount else 0 end) as decimal(28, 8))
        as adjusted_amount,
    close_number,
    closed_at
from {{ ref('ratebook', 'invoice_ledger') }}
group by
    {{ columns | join(', ') }},
    close_number, closed_at
