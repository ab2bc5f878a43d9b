{{ config(materialized='view') }}

-- Every event once, with its name, its customer, and the window in which it is rated if there is
-- one. The outcome is what stops the event before products are considered.
with events as (
    select * from {{ ref('ratebook', 'int_usage_events_first') }}
),

alias_owners as (
    select * from {{ ref('ratebook', 'int_alias_owners') }}
),

windows as (
    select * from {{ ref('ratebook', 'int_metering_windows') }}
),

carried_levels as (
    select * from {{ ref('ratebook', 'int_usage_carried_levels') }}
),

known_customers as (
    select * from {{ ref('ratebook', 'int_known_customers') }}
),

named as (
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

windowed as (
    select
        named.*,
        windows.metering_window_number,
        windows.is_metered_hourly,
        windows.has_cells,
        windows.product_uids,
        windows.event_priced_product_uids,
        carried_levels.product_uids as carried_product_uids
    from named
    left join windows
        on
            named.rating_set = windows.rating_set
            and named.owner_id = windows.customer_id
            and case when named.defect is null then named.event_name end = windows.event_name
            and cast(date_trunc('month', named.metered_at) as date) = windows.metered_month
            and named.metered_at >= windows.effective_at
            and named.metered_at < windows.ineffective_at
    left join carried_levels
        on
            named.rating_set = carried_levels.rating_set
            and named.owner_id = carried_levels.customer_id
            and case when named.defect is null then named.event_name end
            = carried_levels.event_name
            and named.metered_at >= carried_levels.effective_at
            and named.metered_at < carried_levels.ineffective_at
),

-- Customers whose events are rated are known; only the others are looked up.
known as (
    select
        windowed.*,
        windowed.metering_window_number is not null
        or known_customers.customer_id is not null as is_known
    from windowed
    left join known_customers
        on
            windowed.rating_set = known_customers.rating_set
            and case
                when windowed.metering_window_number is null then windowed.owner_id
            end = known_customers.customer_id
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
            when not is_known then 'UNKNOWN_CUSTOMER'
            when event_name is null then 'NO_EVENT_NAME'
        end as event_outcome
    from known
)

select
    rating_set,
    transaction_id,
    case
        when event_outcome is null or event_outcome = 'NO_EVENT_NAME' then owner_id
        when event_outcome = 'CONFLICT' and is_known then owner_id
    end as customer_id,
    event_name,
    properties,
    values_with_name,
    paths_with_name,
    metered_at,
    received_at,
    metering_window_number,
    is_metered_hourly,
    has_cells,
    product_uids,
    event_priced_product_uids,
    carried_product_uids,
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
from judged
