with rated as (
    select
        event_name,
        received_date,
        counted_event_count
    from {{ ref('ratebook', 'int_usage_totals') }}
    where span_id is not null and rating_set = {{ ratebook.public_rating_set() }}
),

unrated as (
    select
        outcome,
        event_name,
        received_date,
        event_count
    from {{ ref('ratebook', 'int_usage_unrated') }}
    where is_deciding and rating_set = {{ ratebook.public_rating_set() }}
),

counts as (
    select
        'RATED' as outcome,
        event_name,
        received_date,
        counted_event_count as event_count
    from rated
    union all
    select * from unrated
)

select
    outcome,
    event_name,
    received_date,
    cast(sum(event_count) as bigint) as event_count
from counts
group by outcome, event_name, received_date
having sum(event_count) > 0
