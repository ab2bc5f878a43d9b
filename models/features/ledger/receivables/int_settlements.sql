{%- set in_order -%}
order by happened_at, kind_order, settlement_id rows between unbounded preceding and current row
{%- endset -%}
{{ config(enabled=ratebook.has_feature('ledger')) }}

-- What has settled documents, in the order in which it happened: credit notes and payments, with
-- what credit notes have settled of the document until then, and how much of a payment went beyond
-- what was open. At one time credit notes come after payments, as they do in the run that freezes
-- them, and then what was paid of them.
with receivables as (
    select * from {{ ref('ratebook', 'int_receivables') }}
),

settlements as (
    select
        document_id as settlement_id,
        document_id,
        settled_document_id,
        'CREDIT_NOTE' as kind,
        4 as kind_order,
        closed_at as happened_at,
        true as is_of_credit_note,
        cast(0 as decimal(28, 8)) as amount,
        cast(0 as decimal(28, 8)) as paid_amount,
        cast(0 as decimal(28, 8)) as written_off_amount,
        -total as credit_amount
    from receivables
    where document_type = 'CREDIT_NOTE'
    union all
    select
        id as settlement_id,
        document_id,
        settled_document_id,
        kind,
        case kind when 'PAYMENT' then 1 when 'WRITE_OFF' then 2 else 3 end
        + case when document_type = 'CREDIT_NOTE' then 4 else 0 end as kind_order,
        happened_at,
        document_type = 'CREDIT_NOTE' as is_of_credit_note,
        cast(amount as decimal(28, 8)) as amount,
        paid_amount,
        written_off_amount,
        case
            -- What a credit note has paid back, or was given up of it, cannot settle anything.
            when document_type = 'CREDIT_NOTE' and kind != 'PAYMENT'
                then paid_amount + written_off_amount
            else 0
        end as credit_amount
    from {{ ref('ratebook', 'int_payments') }}
    where is_counted
),

running as (
    select
        settlements.*,
        coalesce(settled.total, 0) as total,
        sum(settlements.credit_amount) over of_settled as credit,
        sum(case
            when settlements.is_of_credit_note then 0
            else settlements.paid_amount + settlements.written_off_amount
        end) over of_settled as settled,
        sum(settlements.paid_amount) over of_document as paid,
        sum(settlements.credit_amount) over of_document as own_credit
    from settlements
    left join receivables as settled
        on settlements.settled_document_id = settled.document_id
    window
        of_settled as (partition by settlements.settled_document_id {{ in_order }}),
        of_document as (partition by settlements.document_id {{ in_order }})
),

-- Credit that finds nothing open waits until something is, such as after a refund: at any moment it
-- has settled the most that it could until then.
credited as (
    select
        *,
        max(greatest(0, least(credit, total - settled))) over (
            partition by settled_document_id {{ in_order }}
        ) as credited_amount
    from running
)

select
    settlement_id,
    document_id,
    settled_document_id,
    kind,
    happened_at,
    paid_amount,
    written_off_amount,
    credit_amount,
    cast(credited_amount as decimal(28, 8)) as credited_amount,
    cast(case
        when kind = 'CREDIT_NOTE' then 0
        when is_of_credit_note and kind = 'PAYMENT' then amount
        when is_of_credit_note
            then least(amount, greatest(0, credited_amount - credit, -own_credit))
        when kind = 'REFUND' then least(amount, greatest(0, -paid))
        else least(amount, greatest(0, settled + credited_amount - total))
    end as decimal(28, 8)) as excess_amount
from credited
