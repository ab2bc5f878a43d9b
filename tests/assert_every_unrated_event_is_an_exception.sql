-- Otherwise usage that no customer pays for is counted, but cannot be found. An event is listed
-- once for each product for which it got furthest.
with unrated as (
    select
        outcome,
        sum(event_count) as event_count
    from {{ ref('ratebook', 'usage_outcome_counts') }}
    where outcome != 'RATED'
    group by outcome
),

exceptions as (
    select
        reason,
        count(case when product_uid is null then 1 end)
        + count(distinct case when product_uid is not null then transaction_id end) as event_count
    from {{ ref('ratebook', 'usage_event_exceptions') }}
    where not is_event_rated
    group by reason
)

select
    coalesce(unrated.outcome, exceptions.reason) as outcome,
    unrated.event_count as events_unrated,
    exceptions.event_count as events_reported
from unrated
full outer join exceptions
    on unrated.outcome = exceptions.reason
where unrated.event_count is distinct from exceptions.event_count
