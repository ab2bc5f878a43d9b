{{ config(enabled=ratebook.has_feature('partners')) }}

-- Only finalized lines are payable; drafts have their own columns.
with line_shares as (
    select
        *,
        case when status = 'FINALIZED' then 1 else 0 end as final_count,
        case when status = 'FINALIZED' then 0 else 1 end as draft_count
    from {{ ref('ratebook', 'int_partner_line_shares') }}
)

select
    rating_set,
    partner_id,
    partner_name,
    kind,
    currency,
    payout_month,
    cast(sum(final_count) as bigint) as line_count,
    cast(sum(final_count * gross_amount) as decimal(28, 8)) as gross_amount,
    cast(sum(final_count * share_amount) as decimal(28, 8)) as share_amount,
    cast(sum(final_count * net_amount) as decimal(28, 8)) as net_amount,
    cast(sum(draft_count) as bigint) as draft_line_count,
    cast(sum(draft_count * gross_amount) as decimal(28, 8)) as draft_gross_amount,
    cast(sum(draft_count * share_amount) as decimal(28, 8)) as draft_share_amount,
    cast(sum(draft_count * net_amount) as decimal(28, 8)) as draft_net_amount
from line_shares
group by rating_set, partner_id, partner_name, kind, currency, payout_month
