{{ config(enabled=ratebook.uses_case_study()) }}

-- Otherwise the outcomes of events, which the view evaluates again, differ from the counts, which
-- come from int_usage_totals. Runs on the built-in seeds only, because it evaluates every event
-- again.
with outcomes as (
    select
        outcome,
        event_name,
        cast(received_at as date) as received_date,
        count(*) as event_count
    from {{ ref('ratebook', 'usage_event_outcomes') }}
    group by outcome, event_name, cast(received_at as date)
),

counts as (
    select * from {{ ref('ratebook', 'usage_outcome_counts') }}
)

select
    coalesce(outcomes.outcome, counts.outcome) as outcome,
    coalesce(outcomes.event_name, counts.event_name) as event_name,
    coalesce(outcomes.received_date, counts.received_date) as received_date,
    outcomes.event_count as events_by_outcome,
    counts.event_count as events_counted
from outcomes
full outer join counts
    on
        outcomes.outcome = counts.outcome
        and outcomes.event_name is not distinct from counts.event_name
        and outcomes.received_date is not distinct from counts.received_date
where outcomes.event_count is distinct from counts.event_count
