-- The terms that apply once per period, from its last span: fixed discount, minimum and maximum.
-- The last two are prorated by days in force if the price is prorated, unrounded. If the currency
-- changes within a period, it has a row for each; limits are in the last, and only cap its lines.
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

priced_spans as (
    select
        spans.rating_set,
        spans.configuration_set,
        spans.period_id,
        spans.span_id,
        spans.effective_at,
        spans.is_last_span,
        prices.currency,
        prices.price,
        prices.discount_amount,
        prices.minimum_amount,
        prices.maximum_amount,
        case when prices.prorate and spans.period_days > 0 then spans.days_in_force else 1 end
            as days_owed,
        case when prices.prorate and spans.period_days > 0 then spans.period_days else 1 end
            as days_of_period,
        row_number() over (
            partition by spans.rating_set, spans.period_id, prices.currency
            order by
                case when spans.is_last_span then 0 else 1 end asc,
                spans.effective_at desc,
                spans.span_id asc
        ) as number_from_last
    from spans
    inner join prices
        on
            spans.rating_set = prices.rating_set
            and spans.price_id = prices.price_id
),

last_spans as (
    select
        priced_spans.rating_set,
        priced_spans.period_id,
        priced_spans.span_id,
        priced_spans.currency,
        priced_spans.effective_at,
        priced_spans.price,
        priced_spans.days_owed,
        priced_spans.days_of_period,
        coalesce(currencies.minor_units, 2) as minor_units,
        case when priced_spans.is_last_span then priced_spans.discount_amount end
            as discount_amount,
        case when priced_spans.is_last_span then priced_spans.minimum_amount end as minimum_amount,
        case when priced_spans.is_last_span then priced_spans.maximum_amount end as maximum_amount
    from priced_spans
    left join currencies
        on
            priced_spans.configuration_set = currencies.rating_set
            and priced_spans.currency = currencies.currency
    where priced_spans.number_from_last = 1
)

select
    rating_set,
    period_id,
    span_id,
    currency,
    effective_at,
    price,
    minor_units,
    cast(coalesce(discount_amount, 0) as decimal(38, 20)) as discount_amount,
    {{ ratebook.exact_share('minimum_amount', 'days_owed', 'days_of_period') }} as minimum_amount,
    {{ ratebook.exact_share('maximum_amount', 'days_owed', 'days_of_period') }} as maximum_amount
from last_spans
