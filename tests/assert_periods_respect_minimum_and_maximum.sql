{{ config(group='engine') }}

-- Otherwise a customer pays more than the maximum, or less than the minimum, of a period. If the
-- minimum is above the maximum, the minimum wins. A maximum below zero caps nothing.
with limits as (
    select
        *,
        {{ ratebook.round_money('minimum_amount', 'minor_units') }} as rounded_minimum,
        {{ ratebook.round_money('maximum_amount', 'minor_units') }} as rounded_maximum
    from {{ ref('ratebook', 'int_period_limits') }}
),

period_sums as (
    select
        rating_set,
        period_id,
        sum(amount) as amount
    from {{ ref('ratebook', 'int_charges_limited') }}
    group by rating_set, period_id
)

select
    limits.rating_set,
    limits.period_id,
    limits.rounded_minimum,
    limits.rounded_maximum,
    coalesce(period_sums.amount, 0) as amount
from limits
left join period_sums
    on
        limits.rating_set = period_sums.rating_set
        and limits.period_id = period_sums.period_id
where
    coalesce(period_sums.amount, 0) < limits.rounded_minimum
    or (
        limits.rounded_maximum >= 0
        and coalesce(period_sums.amount, 0)
        > greatest(limits.rounded_maximum, coalesce(limits.rounded_minimum, limits.rounded_maximum))
    )
