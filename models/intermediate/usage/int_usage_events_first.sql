{{ config(materialized='view') }}
{%- set paths = ratebook.properties_to_read() + ['$.name'] %}

-- Every event once: the first arrival of a transaction_id, its repeats as DUPLICATE, or as CONFLICT
-- if they say something else, and malformed events.
with arrivals as (
    select
        *,
        {{ ratebook.event_properties('properties', paths) }} as values_with_name
    from {{ ref('ratebook', 'int_usage_events_received') }}
),

received as (
    select
        *,
        {{ ratebook.text_at('values_with_name', paths | length) }} as event_name
    from arrivals
),

events as (
    select
        received.*,
        {{ ratebook.event_defect('received') }} as defect
    from received
),

repeats as (
    select * from {{ ref('ratebook', 'int_usage_event_repeats') }}
),

repeated_ids as (
    select
        rating_set,
        transaction_id
    from repeats
    where arrival_number = 1
)

select
    events.rating_set,
    events.transaction_id,
    events.customer_id,
    events.customer_alias,
    events.properties,
    events.values_with_name,
    {{ ratebook.text_of_paths(paths) }} as paths_with_name,
    events.event_name,
    events.metered_at,
    events.received_at,
    events.arrival,
    events.defect,
    cast(null as varchar) as differences
from events
left join repeated_ids
    on
        events.rating_set = repeated_ids.rating_set
        and events.transaction_id = repeated_ids.transaction_id
where repeated_ids.transaction_id is null
union all
select
    rating_set,
    transaction_id,
    customer_id,
    customer_alias,
    properties,
    {{ ratebook.event_properties('properties', paths) }} as values_with_name,
    {{ ratebook.text_of_paths(paths) }} as paths_with_name,
    event_name,
    metered_at,
    received_at,
    arrival,
    case
        when defect is not null then defect
        when differences is not null then 'CONFLICT'
        when arrival_number > 1 then 'DUPLICATE'
    end as defect,
    differences
from repeats
