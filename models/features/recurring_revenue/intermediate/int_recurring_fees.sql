{{ config(enabled=ratebook.has_feature('recurring_revenue')) }}

-- The monthly value of each recurring fee while its terms apply: the fee of a period, less its
-- discounts, divided by the months of the period. A year has 365.25 days, so that d days are worth
-- fee x 365.25 / 12 / d = fee x 487 / (16 x d).
with amounts as (
    select * from {{ ref('ratebook', 'int_rated_amounts') }}
),

fees as (
    select
        *,
        {{ ratebook.schedule_days('invoice_schedule', 'schedule_unit') }} as schedule_days
    from {{ ref('ratebook', 'int_prices') }}
    where
        is_billable
        and rating_set = configuration_set
        and product_type = 'FIXED'
        and invoice_delivery != 'ONE_TIME'
),

prices as (
    select
        fees.*,
        {{ ratebook.exact_charge(
            'amounts.amount_whole', 'amounts.amount_rest', 'amounts.amount_divisor',
            'case when fees.schedule_days is null then 1 else 487 end',
            'coalesce(fees.price_months, 16 * fees.schedule_days, fees.invoice_schedule)',
            'coalesce(fees.discount_percent, 0)'
        ) }} as net_amount,
        {{ ratebook.exact_share(
            'coalesce(fees.discount_amount, 0)',
            'case when fees.schedule_days is null then 1 else 487 end',
            'coalesce(16 * fees.schedule_days, fees.invoice_schedule)'
        ) }} as fixed_discount
    from fees
    inner join amounts
        on
            fees.rating_set = amounts.rating_set
            and fees.price_id = amounts.rated_id
)

select
    rating_set,
    price_id,
    contract_id,
    customer_id,
    currency,
    -- No fee is owed in a trial.
    greatest(effective_at, trial_ends_at) as effective_at,
    ineffective_at,
    -- A discount does not reduce a credit, and no fee goes below zero.
    net_amount - least(
        greatest(net_amount, cast(0 as decimal(38, 20))), cast(fixed_discount as decimal(38, 20))
    ) as monthly_amount
from prices
where
    {{ ratebook.is_line_amount('net_amount') }}
    and (trial_ends_at is null or trial_ends_at < ineffective_at)
