{{ config(enabled=ratebook.has_feature('ledger')) }}

-- What was said under each key of the ledger, by place: the document whose amount a row changes.
-- A charge changes the document on which it stands; a credit, and a row of a credit note, the one
-- that it corrects.
select
    ledger_key,
    place_document_id as document_id,
    contract_id,
    customer_id,
    currency,
    sum(amount) as amount
from {{ ref('ratebook', 'int_ledger_said') }}
group by ledger_key, place_document_id, contract_id, customer_id, currency
