-- Charges and true-ups to minimums: one row per future line item.
with charges as (
    {%- if ratebook.has_feature('matrix_prices') %}
    select
        capped.rating_set,
        capped.span_id,
        capped.cell_id,
        capped.period_id,
        capped.line_type,
        capped.currency,
        capped.price,
        capped.minor_units,
        capped.quantity,
        capped.free_quantity_used,
        capped.event_count,
        case
            when not capped.is_part then capped.amount_unrounded
            when split.limit_amount is not null then cast(split.amount as decimal(38, 20))
            else capped.owed_amount
        end as amount_unrounded,
        capped.discount_amount,
        case when capped.is_part then split.amount else capped.amount end as amount,
        case when capped.is_part then split.limit_amount else capped.limit_amount end
            as limit_amount,
        capped.is_part
    from {{ ref('ratebook', 'int_charges_capped') }} as capped
    left join {{ ref('ratebook', 'int_split_charges') }} as split
        on
            capped.rating_set = split.rating_set
            and capped.span_id = split.span_id
            and capped.cell_id = split.cell_id
    {%- else %}
    select * from {{ ref('ratebook', 'int_charges_capped') }}
    {%- endif %}
),

limits as (
    select * from {{ ref('ratebook', 'int_period_limits') }}
    where minimum_amount is not null
),

-- The total of these periods is unknown, and so is the difference to their minimum.
periods_with_withheld_lines as (
    select distinct
        rating_set,
        period_id
    from {{ ref('ratebook', 'int_charges') }}
    where not {{ ratebook.is_line_amount('gross_amount') }}
),

period_sums as (
    select
        rating_set,
        period_id,
        currency,
        sum(amount) as amount
    from charges
    group by rating_set, period_id, currency
),

true_ups as (
    select
        limits.rating_set,
        limits.span_id,
        limits.period_id,
        limits.price,
        limits.minor_units,
        limits.minimum_amount,
        limits.minimum_amount
        - cast(coalesce(period_sums.amount, 0) as decimal(38, 20)) as amount_unrounded
    from limits
    left join period_sums
        on
            limits.rating_set = period_sums.rating_set
            and limits.period_id = period_sums.period_id
            and limits.currency is not distinct from period_sums.currency
    left join periods_with_withheld_lines as withheld
        on
            limits.rating_set = withheld.rating_set
            and limits.period_id = withheld.period_id
    where withheld.period_id is null and limits.minimum_amount > coalesce(period_sums.amount, 0)
)

select
    rating_set,
    span_id,
    cell_id,
    period_id,
    line_type,
    price,
    minor_units,
    cast(quantity as decimal(38, 12)) as quantity,
    cast(free_quantity_used as decimal(38, 12)) as free_quantity_used,
    event_count,
    cast(amount_unrounded as decimal(38, 20)) as amount_unrounded,
    cast(discount_amount as decimal(38, 20)) as discount_amount,
    cast(amount as decimal(28, 8)) as amount,
    limit_amount,
    is_part
from charges
union all
select
    rating_set,
    span_id,
    cast(null as varchar) as cell_id,
    period_id,
    'minimum_true_up' as line_type,
    price,
    minor_units,
    cast(0 as decimal(38, 12)) as quantity,
    cast(0 as decimal(38, 12)) as free_quantity_used,
    0 as event_count,
    cast(amount_unrounded as decimal(38, 20)) as amount_unrounded,
    cast(0 as decimal(38, 20)) as discount_amount,
    {{ ratebook.round_money('amount_unrounded', 'minor_units') }} as amount,
    minimum_amount as limit_amount,
    false as is_part
from true_ups
where {{ ratebook.round_money('amount_unrounded', 'minor_units') }} > 0
