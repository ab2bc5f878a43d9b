{{ config(materialized='view') }}

-- Every event once, with its name and its customer. The outcome is what stops the event before
-- products are considered.
with events as (
    select * from {{ ref('ratebook', 'int_usage_events_first') }}
),

alias_owners as (
    select * from {{ ref('ratebook', 'int_alias_owners') }}
),

known_customers as (
    select * from {{ ref('ratebook', 'int_known_customers') }}
),

owned as (
    select
        events.*,
        alias_owners.alias is not null as has_alias_owner,
        coalesce(events.customer_id, alias_owners.customer_id) as owner_id
    from events
    left join alias_owners
        on
            events.rating_set = alias_owners.rating_set
            and case
                when events.customer_id is null and events.defect is null
                    then events.customer_alias
            end = alias_owners.alias
            and events.metered_at >= alias_owners.effective_at
            and events.metered_at < alias_owners.ineffective_at
),

known as (
    select
        owned.*,
        known_customers.customer_number as owner_number
    from owned
    left join known_customers
        on
            owned.rating_set = known_customers.rating_set
            and owned.owner_id = known_customers.customer_id
),

judged as (
    select
        *,
        case
            when defect is not null then defect
            when customer_id is null and customer_alias is not null and not has_alias_owner
                then 'UNKNOWN_ALIAS'
            when customer_id is null and customer_alias is not null and owner_id is null
                then 'AMBIGUOUS_ALIAS'
            when owner_number is null then 'UNKNOWN_CUSTOMER'
            when event_name is null then 'NO_EVENT_NAME'
        end as event_outcome
    from known
),

-- A repeat and a malformed event are nobody's; a conflict is its customer's.
billed as (
    select
        *,
        coalesce(event_outcome, 'NO_EVENT_NAME') in ('NO_EVENT_NAME', 'CONFLICT')
        and owner_number is not null as has_customer
    from judged
)

select
    rating_set,
    transaction_id,
    case when has_customer then owner_id end as customer_id,
    case when has_customer then owner_number end as customer_number,
    customer_id as written_customer_id,
    customer_alias as written_customer_alias,
    event_name,
    properties,
    values_with_name,
    paths_with_name,
    metered_at,
    received_at,
    arrival,
    event_outcome,
    case event_outcome
        when 'CONFLICT' then 'differs from the first arrival in ' || differences
        when 'BAD_TIMESTAMP' then 'metered_at is empty, or is not a time'
        when 'BAD_PROPERTIES'
            then coalesce('properties are ' || substr(properties, 1, 100), 'properties are empty')
        when 'UNKNOWN_ALIAS' then 'customer_alias ' || customer_alias
        when 'AMBIGUOUS_ALIAS' then 'customer_alias ' || customer_alias
        when 'UNKNOWN_CUSTOMER' then 'customer_id ' || coalesce(owner_id, 'is empty')
    end as event_detail
from billed
