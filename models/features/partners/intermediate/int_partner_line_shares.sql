{{ config(enabled=ratebook.has_feature('partners')) }}

-- One rounding per line, of the share; the rest of the line is the net amount.
with partner_lines as (
    select * from {{ ref('ratebook', 'int_partner_lines') }}
),

shares as (
    select * from {{ ref('ratebook', 'int_partner_share_choices') }}
    where is_current and is_payable
),

exact_shares as (
    select
        partner_lines.*,
        shares.partner_share_uid,
        shares.share_percent,
        {{ ratebook.share_of(
            'partner_lines.amount', 'shares.share_percent', 'shares.share_amount'
        ) }} as share_amount_unrounded
    from partner_lines
    left join shares
        on
            partner_lines.rating_set = shares.rating_set
            and partner_lines.line_item_id = shares.line_item_id
),

rounded as (
    select
        *,
        {{ ratebook.round_money('share_amount_unrounded', 'minor_units') }} as share_amount
    from exact_shares
)

select
    rating_set,
    line_item_id,
    invoice_id,
    partner_id,
    partner_name,
    kind,
    partner_share_uid,
    contract_uid,
    contract_id,
    customer_id,
    product_uid,
    currency,
    share_percent,
    cast(amount as decimal(28, 8)) as gross_amount,
    share_amount_unrounded,
    share_amount,
    cast(amount - share_amount as decimal(28, 8)) as net_amount,
    status,
    payout_month
from rounded
