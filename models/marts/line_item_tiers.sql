-- The tiers that a line item uses. A line that uses none has its first tier.
with line_items as (
    select * from {{ ref('ratebook', 'int_line_items') }}
    where rating_set = {{ ratebook.public_rating_set() }} and rates_text is not null
),

tiers as (
    select
        line_items.line_item_id,
        line_items.invoice_id,
        charge_tiers.*,
        charge_tiers.numerator != 0 or charge_tiers.flat_amount != 0 as is_used
    from line_items
    inner join {{ ref('ratebook', 'int_charge_tiers') }} as charge_tiers
        on
            line_items.rating_set = charge_tiers.rating_set
            and line_items.rated_id = charge_tiers.rated_id
),

numbered as (
    select
        *,
        sum(case when is_used then 1 else 0 end) over (partition by line_item_id) as used_count
    from tiers
)

select
    line_item_id,
    invoice_id,
    cast(tier_number as integer) as tier_number,
    from_quantity,
    up_to,
    quantity,
    unit_price,
    flat_amount,
    amount
from numbered
where is_used or (used_count = 0 and tier_number = 1)
