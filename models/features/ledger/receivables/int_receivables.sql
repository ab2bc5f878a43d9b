{{ config(enabled=ratebook.has_feature('ledger')) }}

-- The documents of the ledger as this run has found it, if they were there at the as-of time. A
-- credit note settles the document that it corrects.
select
    document_id,
    document_number,
    document_type,
    customer_id,
    currency,
    closed_at,
    max(minor_units) as minor_units,
    coalesce(
        max(case when document_type = 'CREDIT_NOTE' then origin_document_id end), document_id
    ) as settled_document_id,
    cast(sum(amount) as decimal(28, 8)) as total
from {{ ref('ratebook', 'int_ledger_before') }}
where closed_at <= {{ ratebook.as_of() }}
group by document_id, document_number, document_type, customer_id, currency, closed_at
