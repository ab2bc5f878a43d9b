{{ config(enabled=ratebook.has_feature('ledger')) }}

-- The differences of keys, divided by the document that each part corrects: a charge the first
-- document on which the key stands, a credit the latest ones, each at most by what it has left.
with keys as (
    select * from {{ ref('ratebook', 'int_ledger_differences') }}
    where state = 'OPEN'
),

documents as (
    select * from {{ ref('ratebook', 'int_ledger_documents_before') }}
),

places as (
    select
        keys.ledger_key,
        keys.difference,
        places.document_id,
        documents.document_position,
        greatest(places.amount, 0) as amount_left,
        coalesce(sum(greatest(places.amount, 0)) over (
            partition by keys.ledger_key
            order by documents.document_position desc
            rows between unbounded preceding and 1 preceding
        ), 0) as later_amount
    from keys
    inner join {{ ref('ratebook', 'int_ledger_places') }} as places
        on keys.ledger_key = places.ledger_key
    inner join documents
        on places.document_id = documents.document_id
),

credits as (
    select
        ledger_key,
        document_id,
        -least(amount_left, -difference - later_amount) as amount
    from places
    where difference < 0 and amount_left > 0 and -difference > later_amount
),

-- Of a key that was added to a frozen invoice, the document of the invoice.
first_positions as (
    select
        ledger_key,
        min(document_position) as document_position
    from places
    group by ledger_key
    union all
    select
        keys.ledger_key,
        frozen_invoices.document_position
    from keys
    inner join {{ ref('ratebook', 'int_ledger_frozen_invoices') }} as frozen_invoices
        on
            keys.invoice_id = frozen_invoices.invoice_id
            and keys.customer_id = frozen_invoices.customer_id
    where not keys.is_frozen
),

credited as (
    select
        ledger_key,
        sum(amount) as amount
    from credits
    group by ledger_key
),

parts as (
    select * from credits
    union all
    select
        keys.ledger_key,
        documents.document_id,
        keys.difference - coalesce(credited.amount, 0) as amount
    from keys
    inner join first_positions
        on keys.ledger_key = first_positions.ledger_key
    inner join documents
        on first_positions.document_position = documents.document_position
    left join credited
        on keys.ledger_key = credited.ledger_key
    where keys.difference != coalesce(credited.amount, 0)
)

select
    parts.ledger_key,
    parts.document_id as origin_document_id,
    keys.contract_id,
    keys.customer_id,
    keys.currency,
    documents.seller_id,
    documents.document_position as origin_position,
    cast(sum(parts.amount) as decimal(28, 8)) as amount
from parts
inner join keys
    on parts.ledger_key = keys.ledger_key
inner join documents
    on parts.document_id = documents.document_id
group by
    parts.ledger_key,
    parts.document_id,
    keys.contract_id,
    keys.customer_id,
    keys.currency,
    documents.seller_id,
    documents.document_position
