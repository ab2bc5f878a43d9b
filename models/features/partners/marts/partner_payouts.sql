{{ config(enabled=ratebook.has_feature('partners')) }}

select
    partner_id,
    partner_name,
    kind,
    currency,
    payout_month,
    line_count,
    gross_amount,
    share_amount,
    net_amount,
    draft_line_count,
    draft_gross_amount,
    draft_share_amount,
    draft_net_amount
from {{ ref('ratebook', 'int_partner_payouts') }}
where rating_set = {{ ratebook.public_rating_set() }}
