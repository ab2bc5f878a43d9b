{#- All operands have 20 decimals, because least, greatest and case return the smallest scale. -#}
{%- set zero = 'cast(0 as decimal(38, 20))' -%}
-- Charges after the fixed discount and the maximum, each rounded once. Parts of cells are rounded
-- together, and the first of them has what they owe together.
with charges as (
    select * from {{ ref('ratebook', 'int_charges') }}
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
        least(greatest(charges.net_amount, {{ zero }}), limits.discount_amount)
            as discountable_amount
    from charges
    inner join limits
        on
            charges.rating_set = limits.rating_set
            and charges.period_id = limits.period_id
            and charges.currency is not distinct from limits.currency
),

-- The lines use up the fixed discount in time order, and none becomes negative by it.
with_discount as (
    select
        *,
        coalesce(sum(discountable_amount) over lines_before, {{ zero }}) as discountable_before
    from with_limits
    window lines_before as (
        partition by rating_set, period_id, currency
        order by effective_at, span_id, cell_id nulls first
        rows between unbounded preceding and 1 preceding
    )
),

discounted as (
    select
        *,
        net_amount
        - least(
            discountable_amount, greatest(period_discount - discountable_before, {{ zero }})
        ) as owed_amount
    from with_discount
),

summed_up as (
    select
        *,
        is_part and row_number() over (
            partition by rating_set, span_id
            order by cell_id nulls first
        ) > 1 as is_later_part,
        net_amount_of_parts - sum(net_amount - owed_amount) over (
            partition by rating_set, span_id
        ) as owed_amount_of_parts
    from discounted
),

rounded as (
    select
        *,
        case
            when is_later_part then cast(0 as decimal(28, 8))
            when is_part then {{ ratebook.round_money('owed_amount_of_parts', 'minor_units') }}
            else {{ ratebook.round_money('owed_amount', 'minor_units') }}
        end as rounded_amount,
        {{ ratebook.round_money('maximum_amount', 'minor_units') }} as rounded_maximum
    from summed_up
),

-- The maximum caps the running sum: each line owes what it adds to the capped sum.
summed as (
    select
        *,
        sum(rounded_amount) over lines_to_here as sum_to_here
    from rounded
    window lines_to_here as (
        partition by rating_set, period_id, currency
        order by effective_at, span_id, cell_id nulls first
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
)

select
    rating_set,
    span_id,
    cell_id,
    period_id,
    line_type,
    currency,
    price,
    minor_units,
    quantity,
    free_quantity_used,
    event_count,
    case
        when sum_to_here > rounded_maximum and capped_sum_before < rounded_maximum
            then
                cast(maximum_amount - cast(capped_sum_before as decimal(38, 20)) as decimal(38, 20))
        when capped_sum - capped_sum_before != rounded_amount
            then cast(capped_sum - capped_sum_before as decimal(38, 20))
        else cast(owed_amount as decimal(38, 20))
    end as amount_unrounded,
    gross_amount - owed_amount as discount_amount,
    capped_sum - capped_sum_before as amount,
    case when capped_sum - capped_sum_before != rounded_amount then maximum_amount end
        as limit_amount,
    is_part,
    cast(owed_amount as decimal(38, 20)) as owed_amount
from capped
