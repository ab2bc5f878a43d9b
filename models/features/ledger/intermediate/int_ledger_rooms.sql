{%- set contract_columns = ['contract_id', 'customer_id', 'currency'] -%}
{{ config(enabled=ratebook.has_feature('ledger')) }}

-- What can still be credited of each document, before the credit notes of the next close: of those
-- of the ledger, and of those of this close, which are the latest. A row for each contract on it.
with candidates as (
    select * from {{ ref('ratebook', 'int_ledger_candidates') }}
),

adjustments as (
    select * from {{ ref('ratebook', 'int_ledger_adjustments') }}
),

-- Where the contracts stand that have a difference.
places as (
    select distinct
        {{ contract_columns | join(',\n        ') }},
        document_id
    from {{ ref('ratebook', 'int_ledger_places') }}
),

-- Of those before, what the next close says first is of today.
documents_before as (
    select
        documents.document_id,
        documents.seller_id,
        documents.document_type,
        documents.amount_left,
        case
            when documents.close_number <= {{ ratebook.newest_close().number }}
                then documents.document_position
        end as document_position,
        {{ ratebook.local_date(ratebook.as_of(), "coalesce(sellers.timezone, 'UTC')") }}
            as document_date
    from {{ ref('ratebook', 'int_ledger_documents_before') }} as documents
    left join {{ ref('ratebook', 'int_sellers') }} as sellers
        on
            documents.seller_id = sellers.seller_id
            and sellers.rating_set = {{ ratebook.public_rating_set() }}
    where documents.document_id in (select places.document_id from places)
),

-- The documents, and what corrections on invoices add to them or take from them.
documents as (
    select
        document_id,
        seller_id,
        document_position,
        document_type,
        case when document_position is null then document_date end as issue_date,
        amount_left as amount
    from documents_before
    union all
    select distinct
        document_id,
        seller_id,
        cast(null as bigint) as document_position,
        document_type,
        issue_date,
        total as amount
    from candidates
    union all
    select
        document_id,
        seller_id,
        cast(null as bigint) as document_position,
        document_type,
        case when document_type = 'ADJUSTMENT_INVOICE' then document_date end as issue_date,
        amount
    from adjustments
),

rooms as (
    select
        document_id,
        max(seller_id) as seller_id,
        cast(greatest(sum(amount), 0) as decimal(28, 8)) as room,
        row_number() over (
            order by
                max(document_position) desc nulls first,
                max(issue_date) desc,
                max(document_type) desc,
                document_id desc
        ) as choice_number
    from documents
    group by document_id
),

stands as (
    select {{ contract_columns | join(', ') }}, document_id
    from places
    union
    select {{ contract_columns | join(', ') }}, document_id
    from candidates
    union
    select {{ contract_columns | join(', ') }}, place_document_id as document_id
    from adjustments
)

select
    stands.{{ contract_columns | join(',\n    stands.') }},
    rooms.seller_id,
    rooms.document_id,
    rooms.choice_number,
    rooms.room
from stands
inner join rooms
    on stands.document_id = rooms.document_id
