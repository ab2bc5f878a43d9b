-- What holds once per period, at the terms of its last span: fixed discount, minimum and maximum,
-- the latter two for the days in force if the price is prorated, unrounded.
with spans as (
    select
        *,
        sum(prorated_days) over (partition by rating_set, period_id) as days_in_force
    from {{ ref('ratebook', 'int_price_spans') }}
),

prices as (
    select * from {{ ref('ratebook', 'int_prices') }}
),

currencies as (
    select * from {{ ref('ratebook', 'int_currencies') }}
),

last_spans as (
    select
        spans.rating_set,
        spans.period_id,
        spans.span_id,
        spans.effective_at,
        prices.price,
        coalesce(currencies.minor_units, 2) as minor_units,
        cast(coalesce(prices.discount_amount, 0) as decimal(38, 20)) as discount_amount,
        prices.minimum_amount,
        prices.maximum_amount,
        case when prices.prorate and spans.period_days > 0 then spans.days_in_force else 1 end
            as days_owed,
        case when prices.prorate and spans.period_days > 0 then spans.period_days else 1 end
            as days_of_period
    from spans
    inner join prices
        on
            spans.rating_set = prices.rating_set
            and spans.price_id = prices.price_id
    left join currencies
        on
            prices.rating_set = currencies.rating_set
            and prices.currency = currencies.currency
    where spans.is_last_span
)

select
    rating_set,
    period_id,
    span_id,
    effective_at,
    price,
    minor_units,
    discount_amount,
    {{ ratebook.exact_share('minimum_amount', 'days_owed', 'days_of_period') }} as minimum_amount,
    {{ ratebook.exact_share('maximum_amount', 'days_owed', 'days_of_period') }} as maximum_amount
from last_spans
