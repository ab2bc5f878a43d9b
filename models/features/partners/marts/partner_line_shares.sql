{{ config(enabled=ratebook.has_feature('partners')) }}

select
    line_item_id,
    invoice_id,
    partner_id,
    kind,
    partner_share_uid,
    contract_uid,
    contract_id,
    customer_id,
    product_uid,
    currency,
    share_percent,
    gross_amount,
    share_amount_unrounded,
    share_amount,
    net_amount,
    status,
    payout_month
from {{ ref('ratebook', 'int_partner_line_shares') }}
where rating_set = {{ ratebook.public_rating_set() }}
