{{ config(enabled=ratebook.has_feature('ledger')) }}

with balances as (
    select
        *,
        case
            when days_overdue = 0 then 'NOT_DUE'
            when days_overdue <= 30 then '1-30'
            when days_overdue <= 60 then '31-60'
            when days_overdue <= 90 then '61-90'
            else 'OVER_90'
        end as bucket
    from {{ ref('ratebook', 'document_balances') }}
    where open_amount != 0
)

select
    customer_id,
    currency,
    bucket,
    cast(sum(open_amount) as decimal(28, 8)) as open_amount
from balances
group by customer_id, currency, bucket
