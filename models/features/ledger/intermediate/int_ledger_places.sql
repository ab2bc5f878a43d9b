{{ config(enabled=ratebook.has_feature('ledger')) }}

-- What was said under each key of the ledger, by place: the document whose amount a row changes.
-- A charge changes the document on which it stands; a credit, and a row of a credit note, the one
-- that it corrects. Only of contracts that have a difference to place.
with contracts as (
    select distinct
        contract_id,
        customer_id,
        currency
    from {{ ref('ratebook', 'int_ledger_differences') }}
    where state = 'OPEN'
)

select
    said.ledger_key,
    said.place_document_id as document_id,
    said.contract_id,
    said.customer_id,
    said.currency,
    sum(said.amount) as amount
from {{ ref('ratebook', 'int_ledger_said') }} as said
inner join contracts
    on
        said.contract_id = contracts.contract_id
        and said.customer_id = contracts.customer_id
        and said.currency = contracts.currency
group by
    said.ledger_key, said.place_document_id, said.contract_id, said.customer_id, said.currency
