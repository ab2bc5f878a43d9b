{{ config(enabled=ratebook.has_feature('ledger')) }}

with plan as (
    select * from {{ ref('ratebook', 'int_ledger_plan') }}
),

-- What the close of this run has frozen is not planned any more.
frozen_closes as (
    select distinct close_number
    from {{ ref('ratebook', 'invoice_ledger') }}
)

select
    plan.document_id,
    plan.document_type,
    plan.document_number,
    plan.document_date,
    plan.due_at,
    plan.seller_id,
    plan.customer_id,
    plan.customer_name,
    plan.currency,
    plan.minor_units,
    cast(count(*) as bigint) as row_count,
    cast(sum(plan.amount) as decimal(28, 8)) as total,
    cast(sum(case when plan.row_type = 'ADJUSTMENT' then plan.amount else 0 end) as decimal(28, 8))
        as adjusted_amount
from plan
left join frozen_closes
    on plan.close_number = frozen_closes.close_number
where frozen_closes.close_number is null
group by
    plan.document_id, plan.document_type, plan.document_number, plan.document_date, plan.due_at,
    plan.seller_id, plan.customer_id, plan.customer_name, plan.currency, plan.minor_units
