-- The spans that rate usage, once for each UTC month that they touch: events join on the month, so
-- that a long history does not compare every event with every period.
with spans as (
    select
        rating_set,
        span_id,
        contract_id,
        customer_id,
        product_uid,
        effective_at,
        ineffective_at
    from {{ ref('ratebook', 'int_price_spans') }}
    where product_type = 'EVENT' and effective_at < ineffective_at
),

numbered as (
    select
        *,
        {{ ratebook.series('0', ratebook.months_between('effective_at', 'ineffective_at')) }}
            as month_number
    from spans
)

select
    rating_set,
    span_id,
    contract_id,
    customer_id,
    product_uid,
    effective_at,
    ineffective_at,
    cast(
        {{ ratebook.add_months(
            "date_trunc('month', effective_at)", 'cast(month_number as integer)'
        ) }} as date
    ) as metered_month
from numbered
