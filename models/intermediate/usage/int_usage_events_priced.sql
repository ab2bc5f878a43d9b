{{ config(materialized='view') }}

-- The events of products that are priced by the event, on the spans that rate them.
with totals as (
    select * from {{ ref('ratebook', 'int_usage_of_spans') }}
    where part = 'PRICED_EVENTS'
),

spans as (
    select * from {{ ref('ratebook', 'int_price_spans') }}
)

select
    spans.rating_set,
    spans.span_id,
    spans.period_id,
    totals.cell_key,
    totals.metered_at,
    totals.received_at,
    totals.transaction_id,
    totals.event_quantity as quantity
from totals
inner join spans
    on
        totals.rating_set = spans.rating_set
        and totals.span_id = spans.span_id
union all
-- Usage without events is assumed by a quote, and counts as one event.
select
    rating_set,
    span_id,
    period_id,
    cast(null as bigint) as cell_key,
    cast(null as timestamp) as metered_at,
    cast(null as timestamp) as received_at,
    cast(null as varchar) as transaction_id,
    {{ ratebook.decimal_quantity(ratebook.joined_quantity('whole', 'fraction'), '1') }} as quantity
from {{ ref('ratebook', 'int_usage_by_span') }}
where event_count = 0 and (whole != 0 or fraction != 0)
