{{ config(materialized='view') }}

-- The usage behind each line item, by UTC day. What is one value of a period (MAX, UNIQUE_COUNT,
-- LATEST) is billed by the line of the period's last span, wherever its days are.
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

line_items as (
    select * from {{ ref('ratebook', 'int_line_items') }}
    where line_type = 'usage'
),

-- The span that bills what was metered in a window.
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
        max(totals.latest) as latest
    from totals
    inner join billed_windows
        on
            totals.rating_set = billed_windows.rating_set
            and totals.metering_window_number = billed_windows.metering_window_number
            and totals.rated_product_uid = billed_windows.product_uid
    group by 1, 2, 3, 4
)

select
    line_items.rating_set,
    line_items.line_item_id,
    line_items.invoice_id,
    line_items.contract_id,
    line_items.customer_id,
    line_items.product_uid,
    days.aggregation,
    days.usage_date,
    days.event_count,
    case days.aggregation
        when 'MAX' then cast(days.highest_quantity as decimal(38, 12))
        when 'UNIQUE_COUNT' then cast(days.distinct_count as decimal(38, 12))
        when
            'LATEST'
            then cast({{ ratebook.quantity_of_latest('days.latest') }} as decimal(38, 12))
        else cast(days.quantity as decimal(38, 12))
    end as quantity
from days
inner join line_items
    on
        days.rating_set = line_items.rating_set
        and days.span_id = line_items.span_id
