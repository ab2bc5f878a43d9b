-- Arrivals of a transaction_id that came more than once, the first of them numbered 1. Nearly all
-- ids come once, so only those are ranked whose hash comes twice; one that merely shares a hash is
-- its own first.
with repeated_hashes as (
    select
        rating_set,
        {{ ratebook.short_hash('transaction_id') }} as id_hash
    from {{ ref('ratebook', 'int_usage_events_received') }}
    where transaction_id is not null
    group by rating_set, {{ ratebook.short_hash('transaction_id') }}
    having count(*) > 1
),

-- The properties of all others are not looked at.
events as (
    select
        events.*,
        {{ ratebook.event_name('events.properties') }} as event_name
    from {{ ref('ratebook', 'int_usage_events_received') }} as events
    inner join repeated_hashes
        on
            events.rating_set = repeated_hashes.rating_set
            and {{ ratebook.short_hash('events.transaction_id') }} = repeated_hashes.id_hash
)

select
    rating_set,
    transaction_id,
    customer_id,
    customer_alias,
    properties,
    event_name,
    metered_at,
    received_at,
    row_number() over (
        partition by rating_set, transaction_id
        order by received_at, metered_at, customer_id, customer_alias, properties
    ) as arrival_number
from events
where {{ ratebook.event_defect('events') }} is null
