{%- set amount = ratebook.decimal_within('payments.amount', 12, 8, 0) -%}
{{ config(enabled=ratebook.has_feature('ledger')) }}

-- What was paid, refunded and written off by the as-of time, each row with its document and the
-- first reason why it does not count.
with payments as (
    select * from {{ ref('ratebook', 'stg_payments') }}
    where coalesce(paid_at <= {{ ratebook.as_of() }}, true)
),

receivables as (
    select * from {{ ref('ratebook', 'int_receivables') }}
),

matched as (
    select
        payments.row_id,
        payments.row_text,
        payments.copy_count,
        payments.id,
        payments.unparsable_cells,
        payments.document_number,
        payments.kind,
        payments.currency,
        payments.paid_at,
        {{ amount }} as amount,
        receivables.document_id,
        receivables.document_type,
        receivables.settled_document_id,
        receivables.customer_id,
        receivables.closed_at,
        receivables.currency as document_currency,
        receivables.minor_units,
        case
            when payments.unparsable_cells is not null then 'UNPARSABLE_CELL'
            when payments.id is null then 'NO_ID'
            when
                payments.kind is null
                or payments.amount is null
                or payments.currency is null
                or payments.paid_at is null
                then 'INCOMPLETE_RECORD'
            when payments.kind not in ('PAYMENT', 'REFUND', 'WRITE_OFF')
                then 'UNKNOWN_PAYMENT_KIND'
            when payments.amount = 0 or {{ amount }} is null then 'OUT_OF_RANGE'
            when receivables.document_id is null then 'UNKNOWN_REFERENCE'
            when payments.currency != receivables.currency then 'CURRENCY_MISMATCH'
            when {{ amount }} != {{ ratebook.round_money(amount, 'receivables.minor_units') }}
                then 'OUT_OF_RANGE'
        end as defect
    from payments
    left join receivables
        on payments.document_number = receivables.document_number
),

-- Of an id the first payment counts that can.
ranked as (
    select
        *,
        row_number() over (
            partition by id, defect is null
            order by paid_at, row_text, row_id
        ) as choice
    from matched
),

judged as (
    select
        *,
        defect is null and choice = 1 as is_counted,
        case
            when defect is null and (choice > 1 or copy_count > 1) then 'DUPLICATE_ID'
            else defect
        end as reason
    from ranked
)

select
    row_id,
    id,
    document_number,
    document_id,
    document_type,
    settled_document_id,
    customer_id,
    kind,
    currency,
    document_currency,
    minor_units,
    amount,
    paid_at,
    -- A date alone is its midnight, which may be before the document of that day.
    greatest(paid_at, closed_at) as happened_at,
    is_counted,
    reason,
    copy_count,
    unparsable_cells,
    cast(case kind
        when 'PAYMENT' then amount
        when 'REFUND' then -amount
        else 0
    end as decimal(28, 8)) as paid_amount,
    -- What a credit note owes to the customer can be given up, too: then it is the other way round.
    cast(case
        when kind != 'WRITE_OFF' then 0
        when document_type = 'CREDIT_NOTE' then -amount
        else amount
    end as decimal(28, 8)) as written_off_amount
from judged
