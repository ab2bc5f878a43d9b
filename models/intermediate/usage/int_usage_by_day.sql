{{ config(materialized='view') }}

-- The usage of each span, or of each of its cells, by UTC day. MAX, UNIQUE_COUNT and LATEST have
-- one value per period, which is billed by the period's last span, whichever span the days are in.
with totals as (
    select * from {{ ref('ratebook', 'int_usage_of_spans') }}
    where metered_date is not null and is_without_cell is not true
),

meters as (
    select * from {{ ref('ratebook', 'int_meters') }}
),

spans as (
    select
        rating_set,
        configuration_set,
        span_id,
        product_uid,
        max(case when is_last_span then span_id end) over (partition by rating_set, period_id)
            as last_span_id
    from {{ ref('ratebook', 'int_price_spans') }}
    where product_type = 'EVENT'
),

-- The span that bills the usage of a span.
billing_spans as (
    select
        spans.rating_set,
        spans.span_id,
        meters.aggregation,
        case
            when meters.aggregation in ('MAX', 'UNIQUE_COUNT', 'LATEST') then spans.last_span_id
            else spans.span_id
        end as billing_span_id
    from spans
    inner join meters
        on
            spans.configuration_set = meters.rating_set
            and spans.product_uid = meters.product_uid
),

days as (
    select
        billing_spans.rating_set,
        billing_spans.billing_span_id as span_id,
        totals.cell_id,
        billing_spans.aggregation,
        totals.metered_date as usage_date,
        sum(totals.event_count) as event_count,
        sum(totals.quantity) as quantity,
        max(totals.highest_quantity) as highest_quantity,
        count(distinct totals.counted_value) as distinct_count,
        max(totals.latest) as latest,
        max(totals.last_received_at) as last_received_at
    from totals
    inner join billing_spans
        on
            totals.rating_set = billing_spans.rating_set
            and totals.span_id = billing_spans.span_id
    group by 1, 2, 3, 4, 5
)

select
    rating_set,
    span_id,
    cell_id,
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
