{{ config(enabled=ratebook.has_feature('ledger'), materialized='view') }}

-- The documents of the ledger as this run has found it, if they were there at the as-of time. A
-- credit note settles the document that it corrects.
select
    document_id,
    document_number,
    document_type,
    customer_id,
    currency,
    closed_at,
    minor_units,
    case
        when document_type = 'CREDIT_NOTE' then coalesce(origin_document_id, document_id)
        else document_id
    end as settled_document_id,
    total
from {{ ref('ratebook', 'int_ledger_frozen_documents') }}
where closed_at <= {{ ratebook.as_of() }}
