{%- set flat_units = '(' ~ ratebook.price_units('flat_amount') ~ ' * 1000000000000)' -%}
{%- set amount_units = '(amount_whole + ' ~ flat_units ~ ')' -%}
{%- set share = ['share_numerator', 'share_divisor'] -%}
-- The tiers that a line item uses, or the part of them that a cell owes. A line that uses none has
-- its first tier.
with line_items as (
    select * from {{ ref('ratebook', 'int_line_items') }}
    where rating_set = {{ ratebook.public_rating_set() }} and rates_text is not null
),

tiers as (
    select
        line_items.line_item_id,
        line_items.invoice_id,
        charge_tiers.*,
        line_items.is_part,
        line_items.share_numerator,
        line_items.share_divisor,
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
    case
        when is_part
            then {{ ratebook.decimal_quantity(
                ratebook.whole_product('numerator', 'share_numerator'),
                ratebook.whole_product('quantity_divisor', 'share_divisor')
            ) }}
        else quantity
    end as quantity,
    unit_price,
    case
        when is_part
            then cast(round({{ ratebook.exact_charge(
                ratebook.shared_whole(flat_units, '0', '1', *share),
                ratebook.shared_rest(flat_units, '0', '1', *share), 'share_divisor'
            ) }}, 10) as decimal(18, 10))
        else flat_amount
    end as flat_amount,
    case
        when is_part
            then {{ ratebook.exact_charge(
                ratebook.shared_whole(amount_units, 'amount_rest', 'amount_divisor', *share),
                ratebook.shared_rest(amount_units, 'amount_rest', 'amount_divisor', *share),
                ratebook.whole_product('amount_divisor', 'share_divisor')
            ) }}
        else amount
    end as amount
from numbered
where is_used or (used_count = 0 and tier_number = 1)
