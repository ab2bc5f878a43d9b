with exceptions as (
    select * from {{ ref('ratebook', 'int_usage_unrated') }}
    where rating_set = {{ ratebook.public_rating_set() }}
),

-- Identical events (repeats, or events without an id) were counted together: each becomes a row
-- again.
numbered as (
    select
        *,
        {{ ratebook.series('1', 'event_count') }} as event_number
    from exceptions
)

select
    transaction_id,
    product_uid,
    outcome as reason,
    detail,
    event_name,
    customer_id,
    metered_at,
    received_at,
    is_event_rated
from numbered
