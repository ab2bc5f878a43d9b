{{ config(materialized='view') }}

-- Every matched event with each span that rates it.
with matched as (
    select * from {{ ref('ratebook', 'int_usage_events_matched') }}
),

targets as (
    select * from {{ ref('ratebook', 'int_usage_targets') }}
)

select
    matched.*, -- noqa: AM04
    targets.span_id,
    targets.contract_id
from matched
left join targets
    on
        matched.rating_set = targets.rating_set
        and matched.customer_id = targets.customer_id
        and matched.product_uid = targets.product_uid
        and matched.outcome is null
        and cast(date_trunc('month', matched.metered_at) as date) = targets.metered_month
        and matched.metered_at >= targets.effective_at
        and matched.metered_at < targets.ineffective_at
