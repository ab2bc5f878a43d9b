{{ config(group='engine') }}

-- Otherwise an event is RATED, but no line's quantity includes it, or two lines of one period do.
-- Several contracts or prices may rate an event, so events are counted by period, for every
-- aggregation.
with spans as (
    select * from {{ ref('ratebook', 'int_price_spans') }}
),

rated as (
    select
        spans.rating_set,
        spans.period_id,
        sum(totals.event_count) as event_count
    from {{ ref('ratebook', 'int_usage_of_spans') }} as totals
    inner join spans
        on
            totals.rating_set = spans.rating_set
            and totals.span_id = spans.span_id
    where not totals.is_without_cell
    group by spans.rating_set, spans.period_id
),

charged as (
    select
        rating_set,
        period_id,
        sum(event_count) as event_count
    from {{ ref('ratebook', 'int_charges') }}
    where line_type = 'usage'
    group by rating_set, period_id
)

select
    coalesce(charged.rating_set, rated.rating_set) as rating_set,
    coalesce(charged.period_id, rated.period_id) as period_id,
    rated.event_count as events_rated,
    charged.event_count as events_charged
from charged
full outer join rated
    on
        charged.rating_set = rated.rating_set
        and charged.period_id = rated.period_id
where coalesce(charged.event_count, 0) != coalesce(rated.event_count, 0)
