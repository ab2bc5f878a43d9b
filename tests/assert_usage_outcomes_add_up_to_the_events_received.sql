{{ config(group='engine') }}

-- Otherwise usage silently disappears, or is counted twice.
with counted as (
    select coalesce(sum(event_count), 0) as event_count
    from {{ ref('ratebook', 'usage_outcome_counts') }}
),

received as (
    select count(*) as event_count
    from {{ ref('ratebook', 'int_usage_events_received') }}
    where rating_set = {{ ratebook.public_rating_set() }}
)

select
    counted.event_count as events_counted,
    received.event_count as events_received
from counted
cross join received
where counted.event_count != received.event_count
