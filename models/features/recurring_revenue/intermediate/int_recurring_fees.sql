{{ config(enabled=ratebook.has_feature('recurring_revenue')) }}

-- The monthly value of each recurring fee while its terms apply: the fee of a period, less its
-- discounts, divided by the months of the period.
with amounts as (
    select * from {{ ref('ratebook', 'int_rated_amounts') }}
),

prices as (
    select
        prices.*,
        {{ ratebook.exact_charge(
            'amounts.amount_whole', 'amounts.amount_rest', 'amounts.amount_divisor', '1',
            'coalesce(prices.price_months, prices.invoice_schedule)',
            'coalesce(prices.discount_percent, 0)'
        ) }} as net_amount,
        {{ ratebook.exact_share(
            'coalesce(prices.discount_amount, 0)', '1', 'prices.invoice_schedule'
        ) }} as fixed_discount
    from {{ ref('ratebook', 'int_prices') }} as prices
    inner join amounts
        on
            prices.rating_set = amounts.rating_set
            and prices.price_id = amounts.rated_id
    where
        prices.is_billable
        and prices.rating_set = prices.configuration_set
        and prices.product_type = 'FIXED'
        and prices.invoice_delivery != 'ONE_TIME'
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
