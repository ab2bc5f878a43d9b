{{ config(enabled=ratebook.has_feature('ledger')) }}

-- The invoices that are frozen, each with the first document on which it stands.
select
    invoice_id,
    customer_id,
    min(document_position) as document_position
from {{ ref('ratebook', 'int_ledger_before') }}
where row_type = 'LINE' and correction_kind is null
group by invoice_id, customer_id
