{{ config(group='engine', enabled=ratebook.has_feature('ledger')) }}
-- Otherwise a customer gets back more than a document has charged.
select
    places.document_id,
    sum(places.amount) as amount_left
from (
    select
        place_document_id as document_id,
        amount,
        case when document_id = place_document_id then amount else 0 end as own_amount
    from {{ ref('ratebook', 'invoice_ledger') }}
    union all
    -- Of another system.
    select
        document_id,
        amount,
        amount as own_amount
    from {{ ref('ratebook', 'int_ledger_said') }}
    where close_number = 0
) as places
group by places.document_id
having sum(places.amount) < 0 and sum(places.own_amount) >= 0
