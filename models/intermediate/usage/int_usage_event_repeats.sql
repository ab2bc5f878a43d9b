-- Arrivals of a transaction_id that came more than once, the first well-formed one numbered 1.
-- Nearly all ids are unique, so only ids with a repeated hash are ranked; an id that merely shares
-- a hash with another gets number 1.
with repeated_hashes as (
    select {{ ratebook.short_hash('rating_set', 'transaction_id') }} as id_hash
    from {{ ref('ratebook', 'int_usage_events_received') }}
    where transaction_id is not null
    group by 1
    having count(*) > 1
),

-- The properties of all other events are not read.
events as (
    select
        events.*,
        {{ ratebook.event_name('events.properties') }} as event_name
    from {{ ref('ratebook', 'int_usage_events_received') }} as events
    inner join repeated_hashes
        on
            {{ ratebook.short_hash('events.rating_set', 'events.transaction_id') }}
            = repeated_hashes.id_hash
    where events.transaction_id is not null
),

judged as (
    select
        events.*,
        {{ ratebook.event_defect('events') }} as defect
    from events
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
    defect,
    -- A well-formed arrival comes before malformed ones.
    row_number() over (
        partition by rating_set, transaction_id
        order by
            case when defect is null then 1 else 2 end,
            received_at, metered_at, customer_id, customer_alias, properties
    ) as arrival_number
from judged
