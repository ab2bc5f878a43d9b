{{ config(enabled=ratebook.has_feature('recurring_revenue')) }}

-- The monthly value of each recurring fee while its terms apply: the fee of a period, less its
-- discounts, divided by the months of the period.
with prices as (
    select
        *,
        {{ ratebook.exact_amount(
            'price', ratebook.quantity_numerator('fixed_quantity'), 'invoice_schedule',
            'coalesce(discount_percent, 0)'
        ) }} as net_amount,
        {{ ratebook.exact_share('coalesce(discount_amount, 0)', '1', 'invoice_schedule') }}
            as fixed_discount
    from {{ ref('ratebook', 'int_prices') }}
    where
        is_billable
        and rating_set = configuration_set
        and product_type = 'FIXED'
        and invoice_delivery != 'ONE_TIME'
)

select
    rating_set,
    price_id,
    contract_id,
    customer_id,
    currency,
    effective_at,
    ineffective_at,
    -- A discount does not reduce a credit, and no fee goes below zero.
    net_amount - least(
        greatest(net_amount, cast(0 as decimal(38, 20))), cast(fixed_discount as decimal(38, 20))
    ) as monthly_amount
from prices
where {{ ratebook.is_line_amount('net_amount') }}
