{{ config(group='engine', enabled=ratebook.uses_case_study()) }}

-- Otherwise removing repeats loses or adds an event. Runs on the built-in seeds only, because it
-- evaluates every event again.
with received as (
    select
        rating_set,
        count(*) as event_count
    from {{ ref('ratebook', 'int_usage_events_received') }}
    group by rating_set
),

sorted_out as (
    select
        rating_set,
        count(*) as event_count,
        count(case when defect is null then transaction_id end) as valid_count,
        count(distinct case when defect is null then transaction_id end) as valid_id_count
    from {{ ref('ratebook', 'int_usage_events_first') }}
    group by rating_set
)

select
    received.rating_set,
    received.event_count,
    sorted_out.event_count as events_sorted_out,
    sorted_out.valid_count,
    sorted_out.valid_id_count
from received
left join sorted_out
    on received.rating_set = sorted_out.rating_set
where
    received.event_count is distinct from sorted_out.event_count
    or sorted_out.valid_count != sorted_out.valid_id_count
