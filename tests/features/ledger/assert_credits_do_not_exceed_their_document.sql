{{ config(group='engine', enabled=ratebook.has_feature('ledger')) }}
-- Otherwise a customer gets back more than a document has charged. A credit note counts for the
-- document that it corrects, every other row for the document on which it stands.
with billed as (
    select
        document_id as own_document_id,
        case when document_type = 'CREDIT_NOTE' then place_document_id else document_id end
            as document_id,
        amount
    from {{ ref('ratebook', 'invoice_ledger') }}
    union all
    -- Of another system.
    select
        document_id as own_document_id,
        document_id,
        amount
    from {{ ref('ratebook', 'int_ledger_said') }}
    where close_number = 0
)

select
    document_id,
    sum(amount) as amount_left
from billed
group by document_id
having
    sum(amount) < 0
    and sum(case when document_id = own_document_id then amount else 0 end) >= 0
