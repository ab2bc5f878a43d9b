{{ config(enabled=ratebook.has_feature('partners')) }}
-- Otherwise a partner is paid more than the customer owes, is paid for a credit, or pays for a
-- charge; or the net amount is not the line less the share.
with line_shares as (
    select * from {{ ref('ratebook', 'partner_line_shares') }}
),

line_items as (
    select * from {{ ref('ratebook', 'line_items') }}
)

select
    line_shares.line_item_id,
    line_items.amount,
    line_shares.gross_amount,
    line_shares.share_amount,
    line_shares.net_amount
from line_shares
left join line_items
    on line_shares.line_item_id = line_items.line_item_id
where
    (
        line_shares.gross_amount = line_items.amount
        and line_shares.gross_amount = line_shares.share_amount + line_shares.net_amount
        and line_shares.share_amount between least(line_items.amount, 0)
        and greatest(line_items.amount, 0)
    ) is not true
