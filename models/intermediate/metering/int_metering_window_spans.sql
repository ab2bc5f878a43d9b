-- A customer's events of one name, cut by UTC month and wherever a span that rates them begins or
-- ends: within a window the same spans rate all of them. By month, so that a span is only compared
-- with the periods of its month; by numbers, because there are several rows for each span.
with meters as (
    select * from {{ ref('ratebook', 'int_meters') }}
),

spans as (
    select
        spans.rating_set,
        spans.customer_id,
        known_customers.customer_number,
        meters.event_name_number,
        meters.siblings is not null as has_siblings,
        spans.product_uid,
        spans.span_id,
        spans.contract_id,
        spans.effective_at,
        spans.ineffective_at,
        {{ ratebook.series(
            '0', ratebook.months_between('spans.effective_at', 'spans.ineffective_at')
        ) }} as month_number
    from {{ ref('ratebook', 'int_price_spans') }} as spans
    inner join meters
        on
            spans.rating_set = meters.rating_set
            and spans.product_uid = meters.product_uid
    inner join {{ ref('ratebook', 'int_known_customers') }} as known_customers
        on
            spans.rating_set = known_customers.rating_set
            and spans.customer_id = known_customers.customer_id
    where spans.effective_at < spans.ineffective_at
),

dated as (
    select
        *,
        {{ ratebook.add_months(
            "date_trunc('month', effective_at)", 'cast(month_number as integer)'
        ) }} as month_start_at,
        {{ ratebook.add_months(
            "date_trunc('month', effective_at)", 'cast(month_number + 1 as integer)'
        ) }} as month_end_at
    from spans
),

monthly as (
    select
        rating_set,
        customer_id,
        customer_number,
        event_name_number,
        has_siblings,
        product_uid,
        span_id,
        contract_id,
        cast(month_start_at as date) as metered_month,
        greatest(effective_at, month_start_at) as effective_at,
        least(ineffective_at, month_end_at) as ineffective_at
    from dated
    where ineffective_at > month_start_at
),

bounds as (
    select
        customer_number,
        event_name_number,
        metered_month,
        effective_at as bound_at
    from monthly
    union
    select
        customer_number,
        event_name_number,
        metered_month,
        ineffective_at as bound_at
    from monthly
),

windows as (
    select
        *,
        lead(bound_at) over (
            partition by customer_number, event_name_number, metered_month
            order by bound_at
        ) as ineffective_at,
        row_number() over (
            order by customer_number, event_name_number, metered_month, bound_at
        ) as metering_window_number
    from bounds
)

select
    monthly.rating_set,
    windows.metering_window_number,
    monthly.customer_id,
    monthly.customer_number,
    monthly.event_name_number,
    monthly.has_siblings,
    monthly.metered_month,
    windows.bound_at as effective_at,
    windows.ineffective_at,
    monthly.product_uid,
    monthly.span_id,
    monthly.contract_id
from windows
inner join monthly
    on
        windows.customer_number = monthly.customer_number
        and windows.event_name_number = monthly.event_name_number
        and windows.metered_month = monthly.metered_month
        and windows.bound_at >= monthly.effective_at
        and windows.bound_at < monthly.ineffective_at
