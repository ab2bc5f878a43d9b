{{ config(enabled=ratebook.has_feature('ledger')) }}

-- How much each credit note has settled of the document that it corrects, and of each of these
-- documents, how much credit notes have: those of the close of this run too.
with receivables as (
    select * from {{ ref('ratebook', 'int_receivables') }}
),

settlements as (
    select * from {{ ref('ratebook', 'int_settlements') }}
),

documents as (
    select
        document_id,
        document_number,
        document_type,
        settled_document_id,
        closed_at,
        total
    from receivables
    union all
    select
        document_id,
        document_number,
        document_type,
        coalesce(
            max(case when document_type = 'CREDIT_NOTE' then origin_document_id end), document_id
        ) as settled_document_id,
        closed_at,
        cast(sum(amount) as decimal(28, 8)) as total
    from {{ ref('ratebook', 'int_ledger_plan') }}
    where {{ 'true' if var('ratebook_close') else 'false' }}
    group by document_id, document_number, document_type, closed_at
),

credit_notes as (
    select * from documents
    where document_type = 'CREDIT_NOTE'
),

paid as (
    select
        document_id,
        sum(paid_amount + written_off_amount) as settled_amount,
        sum(case when kind = 'CREDIT_NOTE' then 0 else credit_amount end) as credit_amount
    from settlements
    group by document_id
),

-- What is left of each credit note after what was paid back of it.
reduced as (
    select
        credit_notes.*,
        coalesce(paid.credit_amount, 0) - credit_notes.total as credit,
        greatest(0, coalesce(paid.credit_amount, 0) - credit_notes.total) as usable
    from credit_notes
    left join paid
        on credit_notes.document_id = paid.document_id
),

credited_before as (
    select
        settled_document_id,
        max(credited_amount) as amount
    from settlements
    group by settled_document_id
),

credited as (
    select
        reduced.settled_document_id,
        greatest(
            coalesce(max(credited_before.amount), 0),
            least(
                sum(reduced.credit),
                coalesce(max(settled.total), 0) - coalesce(max(paid.settled_amount), 0)
            )
        ) as amount
    from reduced
    left join credited_before
        on reduced.settled_document_id = credited_before.settled_document_id
    left join documents as settled
        on reduced.settled_document_id = settled.document_id
    left join paid
        on reduced.settled_document_id = paid.document_id
    group by reduced.settled_document_id
),

-- The earliest one settles first. What was paid back settles last: only if it had settled before.
shared as (
    select
        reduced.document_id,
        reduced.usable,
        -reduced.total - reduced.usable as paid_back,
        credited.amount - coalesce(sum(reduced.usable) over earlier, 0) as amount_left,
        credited.amount
        - sum(reduced.usable) over (partition by reduced.settled_document_id)
        - coalesce(sum(-reduced.total - reduced.usable) over earlier, 0) as amount_left_at_last
    from reduced
    inner join credited
        on reduced.settled_document_id = credited.settled_document_id
    window earlier as (
        partition by reduced.settled_document_id
        order by reduced.closed_at, reduced.document_number, reduced.document_id
        rows between unbounded preceding and 1 preceding
    )
)

select
    document_id,
    -cast(
        least(usable, greatest(0, amount_left))
        + least(paid_back, greatest(0, amount_left_at_last))
        as decimal(28, 8)
    ) as credited
from shared
union all
select
    settled_document_id as document_id,
    cast(amount as decimal(28, 8)) as credited
from credited
where amount > 0
