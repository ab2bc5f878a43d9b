{{ config(enabled=ratebook.has_feature('partners')) }}
-- Otherwise a partner is paid for a line twice, never, or before it is final.
with payouts as (
    select
        partner_id,
        currency,
        payout_month,
        'FINALIZED' as status,
        line_count,
        gross_amount,
        share_amount,
        net_amount
    from {{ ref('ratebook', 'partner_payouts') }}
    union all
    select
        partner_id,
        currency,
        payout_month,
        'DRAFT' as status,
        draft_line_count as line_count,
        draft_gross_amount as gross_amount,
        draft_share_amount as share_amount,
        draft_net_amount as net_amount
    from {{ ref('ratebook', 'partner_payouts') }}
),

sums as (
    select
        partner_id,
        currency,
        payout_month,
        status,
        count(*) as line_count,
        sum(gross_amount) as gross_amount,
        sum(share_amount) as share_amount,
        sum(net_amount) as net_amount
    from {{ ref('ratebook', 'partner_line_shares') }}
    group by partner_id, currency, payout_month, status
)

select
    coalesce(payouts.partner_id, sums.partner_id) as partner_id,
    coalesce(payouts.payout_month, sums.payout_month) as payout_month,
    payouts.share_amount,
    sums.share_amount as share_amount_of_lines
from payouts
full outer join sums
    on
        payouts.partner_id = sums.partner_id
        and payouts.currency = sums.currency
        and payouts.payout_month = sums.payout_month
        and payouts.status = sums.status
where
    coalesce(payouts.line_count, 0) != coalesce(sums.line_count, 0)
    or coalesce(payouts.gross_amount, 0) != coalesce(sums.gross_amount, 0)
    or coalesce(payouts.share_amount, 0) != coalesce(sums.share_amount, 0)
    or coalesce(payouts.net_amount, 0) != coalesce(sums.net_amount, 0)
