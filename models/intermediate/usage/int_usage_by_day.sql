{{ config(materialized='view') }}

-- The usage of each span, by UTC day. MAX, UNIQUE_COUNT and LATEST have one value per period, which
-- is billed by the period's last span, whichever span the days are in.
with totals as (
    select * from {{ ref('ratebook', 'int_usage_totals') }}
    where metered_date is not null
),

window_spans as (
    select * from {{ ref('ratebook', 'int_metering_window_spans') }}
),

meters as (
    select * from {{ ref('ratebook', 'int_meters') }}
),

spans as (
    select
        rating_set,
        span_id,
        max(case when is_last_span then span_id end) over (partition by rating_set, period_id)
            as last_span_id
    from {{ ref('ratebook', 'int_price_spans') }}
    where product_type = 'EVENT'
),

-- The span that bills the usage of a window.
billed_windows as (
    select
        window_spans.rating_set,
        window_spans.metering_window_number,
        window_spans.product_uid,
        meters.aggregation,
        case
            when meters.aggregation in ('MAX', 'UNIQUE_COUNT', 'LATEST') then spans.last_span_id
            else spans.span_id
        end as span_id
    from window_spans
    inner join spans
        on
            window_spans.rating_set = spans.rating_set
            and window_spans.span_id = spans.span_id
    inner join meters
        on
            window_spans.rating_set = meters.rating_set
            and window_spans.product_uid = meters.product_uid
),

days as (
    select
        billed_windows.rating_set,
        billed_windows.span_id,
        billed_windows.aggregation,
        totals.metered_date as usage_date,
        sum(totals.event_count) as event_count,
        sum(totals.quantity) as quantity,
        max(totals.highest_quantity) as highest_quantity,
        count(distinct totals.counted_value) as distinct_count,
        max(totals.latest) as latest,
        max(totals.last_received_at) as last_received_at
    from totals
    inner join billed_windows
        on
            totals.rating_set = billed_windows.rating_set
            and totals.metering_window_number = billed_windows.metering_window_number
            and totals.rated_product_uid = billed_windows.product_uid
    group by 1, 2, 3, 4
)

select
    rating_set,
    span_id,
    aggregation,
    usage_date,
    event_count,
    case aggregation
        when 'MAX' then cast(highest_quantity as decimal(38, 12))
        when 'UNIQUE_COUNT' then cast(distinct_count as decimal(38, 12))
        when
            'LATEST'
            then cast({{ ratebook.quantity_of_latest('latest') }} as decimal(38, 12))
        else cast(quantity as decimal(38, 12))
    end as quantity,
    last_received_at
from days
