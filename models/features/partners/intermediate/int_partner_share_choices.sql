{{ config(enabled=ratebook.has_feature('partners')) }}

-- The share rows that could apply to a line, and which one does. A row without a product covers
-- products that no other row of the partner names at that time, even if that other row is invalid:
-- a share is never guessed.
with partner_lines as (
    select * from {{ ref('ratebook', 'int_partner_lines') }}
),

share_windows as (
    select * from {{ ref('ratebook', 'int_partner_share_windows') }}
),

candidates as (
    select
        partner_lines.rating_set,
        partner_lines.line_item_id,
        share_windows.partner_share_uid,
        share_windows.product_uid,
        share_windows.share_percent,
        share_windows.share_amount,
        share_windows.is_payable,
        share_windows.created_at,
        coalesce(share_windows.currency = partner_lines.currency, true) as is_in_currency,
        max(share_windows.product_uid) over (
            partition by partner_lines.rating_set, partner_lines.line_item_id
        ) as product_uid_named
    from partner_lines
    inner join share_windows
        on
            partner_lines.rating_set = share_windows.rating_set
            and partner_lines.partner_id = share_windows.partner_id
            and partner_lines.billing_timezone = share_windows.billing_timezone
            and partner_lines.effective_at >= share_windows.effective_at
            and partner_lines.effective_at < share_windows.ineffective_at
            and partner_lines.product_uid
            = coalesce(share_windows.product_uid, partner_lines.product_uid)
),

ranked as (
    select
        *,
        row_number() over (
            partition by rating_set, line_item_id
            order by
                case when is_in_currency then 0 else 1 end asc,
                created_at desc nulls last,
                partner_share_uid asc
        ) as choice,
        max(case when is_in_currency then 1 else 0 end) over (
            partition by rating_set, line_item_id
        ) as has_row_in_currency
    from candidates
    where product_uid is not distinct from product_uid_named
)

select
    rating_set,
    line_item_id,
    partner_share_uid,
    share_percent,
    share_amount,
    is_payable,
    is_in_currency and choice = 1 as is_current,
    is_in_currency and choice > 1 as is_superseded,
    has_row_in_currency = 0 as is_currency_mismatch
from ranked
