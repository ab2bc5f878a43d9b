-- Arrivals of a transaction_id that came more than once, the first of them numbered 1. Nearly all
-- ids come once, so only those are ranked whose hash comes twice; one that merely shares a hash is
-- its own first.
with events as (
    select * from {{ ref('ratebook', 'int_usage_events_received') }}
),

repeated_hashes as (
    select
        rating_set,
        {{ ratebook.short_hash('transaction_id') }} as id_hash
    from events
    where transaction_id is not null
    group by rating_set, {{ ratebook.short_hash('transaction_id') }}
    having count(*) > 1
),

-- Malformed events come last, and are then left out: a filter before the join would read the
-- properties of all.
ranked as (
    select
        events.*,
        row_number() over (
            partition by events.rating_set, events.transaction_id
            order by
                case when events.defect is null then 0 else 1 end,
                events.received_at,
                events.metered_at,
                events.customer_id,
                events.customer_alias,
                events.properties
        ) as arrival_number
    from events
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
    metered_at,
    received_at,
    arrival_number
from ranked
where defect is null
