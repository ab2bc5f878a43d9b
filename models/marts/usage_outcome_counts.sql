with counts as (
    select
        'RATED' as outcome,
        event_name,
        received_date,
        event_count
    from {{ ref('ratebook', 'int_usage_in_windows') }}
    where
        part = 'USAGE'
        and is_event_rated
        and is_first_of_furthest
        and rating_set = {{ ratebook.public_rating_set() }}
    union all
    select
        outcome,
        event_name,
        cast(received_at as date) as received_date,
        event_count
    from {{ ref('ratebook', 'int_usage_unrated') }}
    where is_current and rating_set = {{ ratebook.public_rating_set() }}
    union all
    select
        'RATED' as outcome,
        event_name,
        cast(received_at as date) as received_date,
        -event_count as event_count
    from {{ ref('ratebook', 'int_usage_unrated') }}
    where is_counted_as_rated and rating_set = {{ ratebook.public_rating_set() }}
)

select
    outcome,
    event_name,
    received_date,
    cast(sum(event_count) as bigint) as event_count
from counts
group by outcome, event_name, received_date
having sum(event_count) != 0
