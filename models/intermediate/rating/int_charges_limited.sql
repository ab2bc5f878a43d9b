-- Charges after the fixed discount and the maximum, rounded: one row per charge, and one per true-up to the
-- minimum.
with charges as (
    select * from {{ ref('ratebook', 'int_charges_flat') }}
    where {{ ratebook.is_line_amount('gross_amount') }}
),

limits as (
    select * from {{ ref('ratebook', 'int_period_limits') }}
),

with_limits as (
    select
        charges.*,
        limits.minor_units,
        limits.discount_amount as period_discount,
        limits.maximum_amount,
        least(greatest(charges.net_amount, 0), limits.discount_amount) as discountable_amount
    from charges
    inner join limits
        on
            charges.rating_set = limits.rating_set
            and charges.period_id = limits.period_id
),

-- The fixed discount is used up by the lines in time order, and none falls below zero by it.
with_discount as (
    select
        *,
        coalesce(sum(discountable_amount) over lines_before, 0) as discountable_before
    from with_limits
    window lines_before as (
        partition by rating_set, period_id
        order by effective_at, span_id
        rows between unbounded preceding and 1 preceding
    )
),

discounted as (
    select
        *,
        net_amount - least(discountable_amount, greatest(period_discount - discountable_before, 0)) as owed_amount
    from with_discount
),

rounded as (
    select
        *,
        {{ ratebook.round_money('owed_amount', 'minor_units') }} as rounded_amount,
        {{ ratebook.round_money('maximum_amount', 'minor_units') }} as rounded_maximum
    from discounted
),

-- The maximum caps the running sum: a line owes what it adds to the capped sum.
summed as (
    select
        *,
        sum(rounded_amount) over lines_to_here as sum_to_here
    from rounded
    window lines_to_here as (
        partition by rating_set, period_id
        order by effective_at, span_id
        rows between unbounded preceding and current row
    )
),

capped as (
    select
        *,
        least(sum_to_here, coalesce(rounded_maximum, sum_to_here)) as capped_sum,
        least(
            sum_to_here - rounded_amount, coalesce(rounded_maximum, sum_to_here - rounded_amount)
        ) as capped_sum_before
    from summed
),

lines as (
    select
        rating_set,
        span_id,
        period_id,
        line_type,
        price,
        quantity,
        event_count,
        case
            when sum_to_here > rounded_maximum then maximum_amount - capped_sum_before
            when capped_sum - capped_sum_before != rounded_amount then capped_sum - capped_sum_before
            else owed_amount
        end as amount_unrounded,
        gross_amount - owed_amount as discount_amount,
        capped_sum - capped_sum_before as amount
    from capped
),

period_sums as (
    select
        rating_set,
        period_id,
        sum(amount) as amount
    from lines
    group by rating_set, period_id
),

true_ups as (
    select
        limits.rating_set,
        limits.span_id,
        limits.period_id,
        limits.price,
        limits.minor_units,
        limits.minimum_amount - coalesce(period_sums.amount, 0) as amount_unrounded
    from limits
    left join period_sums
        on
            limits.rating_set = period_sums.rating_set
            and limits.period_id = period_sums.period_id
    where limits.minimum_amount > coalesce(period_sums.amount, 0)
)

select
    rating_set,
    span_id,
    period_id,
    line_type,
    price,
    cast(quantity as decimal(38, 12)) as quantity,
    event_count,
    cast(amount_unrounded as decimal(38, 20)) as amount_unrounded,
    cast(discount_amount as decimal(38, 20)) as discount_amount,
    cast(amount as decimal(28, 8)) as amount
from lines
union all
select
    rating_set,
    span_id,
    period_id,
    'minimum_true_up' as line_type,
    price,
    cast(0 as decimal(38, 12)) as quantity,
    0 as event_count,
    cast(amount_unrounded as decimal(38, 20)) as amount_unrounded,
    cast(0 as decimal(38, 20)) as discount_amount,
    {{ ratebook.round_money('amount_unrounded', 'minor_units') }} as amount
from true_ups
where {{ ratebook.round_money('amount_unrounded', 'minor_units') }} > 0
