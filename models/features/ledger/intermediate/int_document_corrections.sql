{{ config(enabled=ratebook.has_feature('ledger')) }}

-- The rows of document_corrections in force, each with its documents, and why the next close does
-- not correct them.
with corrections as (
    select
        rows_in_force.version,
        corrections.*
    from {{ ref('ratebook', 'stg_document_corrections') }} as corrections
    inner join {{ ref('ratebook', 'int_configuration_rows') }} as rows_in_force
        on
            corrections.row_id = rows_in_force.row_id
            and rows_in_force.input = 'document_corrections'
            and rows_in_force.rating_set = {{ ratebook.public_rating_set() }}
            and rows_in_force.is_in_force
),

said as (
    select * from {{ ref('ratebook', 'int_ledger_said_before') }}
),

documents as (
    select
        document_id,
        document_number,
        document_type,
        sum(amount) as total
    from said
    where document_number in (select corrections.document_number from corrections)
    group by document_id, document_number, document_type
),

remaining as (
    select
        of_document_id as document_id,
        sum(amount) as amount
    from {{ ratebook.rows_of_documents('said') }} as said
    where of_document_id in (select documents.document_id from documents)
    group by of_document_id
),

done as (
    select
        origin_document_id as document_id,
        max(correction_kind) as kind
    from said
    where
        correction_kind is not null
        and origin_document_id in (select documents.document_id from documents)
    group by origin_document_id
),

matched as (
    select
        corrections.row_id,
        corrections.id,
        corrections.version,
        corrections.document_number,
        corrections.kind,
        documents.document_id,
        documents.document_type,
        done.kind as done_kind,
        coalesce(corrections.kind in ('CANCEL', 'REISSUE'), false) as has_kind,
        coalesce(remaining.amount, 0) as amount_left,
        documents.total
    from corrections
    left join documents
        on corrections.document_number = documents.document_number
    left join remaining
        on documents.document_id = remaining.document_id
    left join done
        on documents.document_id = done.document_id
),

-- Of several rows for a document one counts.
ranked as (
    select
        *,
        row_number() over (
            partition by document_id, has_kind
            order by kind, id, row_id
        ) as choice
    from matched
),

judged as (
    select
        *,
        case
            when document_id is null
                then coalesce(
                    'document_number ' || document_number || ' is not in the ledger',
                    'document_number is empty'
                )
            when not has_kind then coalesce('kind is ' || kind, 'kind is empty')
            when document_type = 'CREDIT_NOTE' or total < 0
                then 'document ' || document_number || ' is a credit note'
            when choice > 1 then 'another row corrects document ' || document_number
            when done_kind != kind
                then 'document ' || document_number || ' has a ' || done_kind || ' already'
            when done_kind is null and amount_left <= 0
                then 'nothing is left of document ' || document_number
        end as detail
    from ranked
)

select
    row_id,
    id,
    version,
    document_number,
    kind,
    document_id,
    case
        when document_id is null then 'UNKNOWN_REFERENCE'
        when detail is not null then 'NOT_CORRECTED'
    end as reason,
    detail,
    detail is null and done_kind is null as is_due
from judged
