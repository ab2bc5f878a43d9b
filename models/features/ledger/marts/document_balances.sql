{{ config(enabled=ratebook.has_feature('ledger'), materialized='view') }}

with documents as (
    select * from {{ ref('ratebook', 'documents') }}
    where closed_at <= {{ ratebook.as_of() }}
),

credits as (
    select * from {{ ref('ratebook', 'int_document_credits') }}
),

payments as (
    select
        document_id,
        sum(paid_amount) as paid,
        sum(written_off_amount) as written_off
    from {{ ref('ratebook', 'int_payments') }}
    where is_counted
    group by document_id
),

sellers as (
    select * from {{ ref('ratebook', 'int_sellers') }}
    where rating_set = {{ ratebook.public_rating_set() }}
),

balances as (
    select
        documents.*,
        coalesce(credits.credited, 0) as credited,
        coalesce(payments.paid, 0) as paid,
        coalesce(payments.written_off, 0) as written_off,
        documents.total
        - coalesce(credits.credited, 0)
        - coalesce(payments.paid, 0)
        - coalesce(payments.written_off, 0) as open_amount,
        {{ ratebook.days_between(
            'documents.due_at',
            ratebook.local_date(ratebook.as_of(), "coalesce(sellers.timezone, 'UTC')")
        ) }} as days_after_due
    from documents
    left join credits
        on documents.document_id = credits.document_id
    left join payments
        on documents.document_id = payments.document_id
    left join sellers
        on documents.seller_id = sellers.seller_id
),

-- Only the customer can be late: what is owed to the customer is not overdue.
dated as (
    select
        *,
        case when open_amount > 0 then greatest(0, days_after_due) else 0 end as days_overdue
    from balances
)

select
    document_id,
    document_number,
    document_type,
    customer_id,
    seller_id,
    currency,
    total,
    cast(credited as decimal(28, 8)) as credited,
    cast(paid as decimal(28, 8)) as paid,
    cast(written_off as decimal(28, 8)) as written_off,
    cast(open_amount as decimal(28, 8)) as open_amount,
    document_date,
    due_at,
    cast(days_overdue as integer) as days_overdue,
    case
        when days_overdue > 0 then 'OVERDUE'
        when open_amount > 0 and paid > 0 then 'PARTLY_PAID'
        when open_amount > 0 then 'OPEN'
        when open_amount < 0 and document_type = 'CREDIT_NOTE' then 'UNAPPLIED'
        when open_amount < 0 then 'OVERPAID'
        when total <= 0 then 'SETTLED'
        when written_off != 0 then 'WRITTEN_OFF'
        when paid = 0 then 'CREDITED'
        else 'PAID'
    end as state
from dated
