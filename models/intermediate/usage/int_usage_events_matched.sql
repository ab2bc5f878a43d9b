{{ config(materialized='view') }}

-- Every event with its customer and each product whose name it has, as far as it gets: the outcome
-- is that of the event, or of the event for that product; empty while nothing is wrong.
with events as (
    select * from {{ ref('ratebook', 'int_usage_events_first') }}
),

alias_owners as (
    select * from {{ ref('ratebook', 'int_alias_owners') }}
),

known_customers as (
    select * from {{ ref('ratebook', 'int_known_customers') }}
),

meters as (
    select * from {{ ref('ratebook', 'int_meters') }}
),

named as (
    select
        events.rating_set,
        events.transaction_id,
        events.customer_id as given_customer_id,
        events.customer_alias,
        case when events.defect is null then events.properties end as properties,
        events.metered_at,
        events.received_at,
        events.defect,
        case
            when
                {{ ratebook.is_json_object('events.properties') }}
                then {{ ratebook.event_name('events.properties') }}
        end
            as event_name,
        alias_owners.alias is not null as has_alias_owner,
        coalesce(events.customer_id, alias_owners.customer_id) as customer_id
    from events
    left join alias_owners
        on
            events.rating_set = alias_owners.rating_set
            and events.customer_id is null
            and events.defect is null
            and events.customer_alias = alias_owners.alias
            and events.metered_at >= alias_owners.effective_at
            and events.metered_at < alias_owners.ineffective_at
),

known as (
    select
        named.*,
        known_customers.customer_id is not null as is_known
    from named
    left join known_customers
        on
            named.rating_set = known_customers.rating_set
            and named.customer_id = known_customers.customer_id
),

attributed as (
    select
        *,
        case
            when defect is not null then defect
            when given_customer_id is null and customer_alias is not null and not has_alias_owner
                then 'UNKNOWN_ALIAS'
            when given_customer_id is null and customer_alias is not null and customer_id is null
                then 'AMBIGUOUS_ALIAS'
            when not is_known then 'UNKNOWN_CUSTOMER'
            when event_name is null then 'NO_EVENT_NAME'
        end as event_outcome
    from known
),

metered as (
    select
        attributed.*,
        meters.product_uid,
        meters.aggregation,
        meters.filters,
        meters.agg_property,
        meters.agg_key_path,
        meters.agg_path,
        coalesce(meters.is_contested, false) as is_contested,
        case
            when meters.aggregation != 'COUNT'
                then {{ ratebook.event_property(
                    'attributed.properties', 'meters.agg_key_path', 'meters.agg_path'
                ) }}
        end as quantity_text
    from attributed
    left join meters
        on
            attributed.rating_set = meters.rating_set
            and attributed.event_name = meters.event_name
            and attributed.event_outcome is null
),

measured as (
    select
        *,
        case
            when aggregation in ('SUM', 'WEIGHTED_SUM', 'MAX', 'LATEST')
                then
                    {{ ratebook.event_quantity(
                        'properties', 'agg_key_path', 'agg_path', 'quantity_text'
                    ) }}
            when aggregation is not null then cast(1 as decimal(24, 12))
        end as quantity
    from metered
),

judged as (
    select
        *,
        case
            when event_outcome is not null then event_outcome
            when product_uid is null then 'NO_PRODUCT'
            when not {{ ratebook.filters_hold('properties', 'filters') }} then 'FILTERED_OUT'
            when quantity is null or (aggregation = 'UNIQUE_COUNT' and quantity_text is null)
                then 'BAD_QUANTITY'
        end as outcome
    from measured
)

select
    rating_set,
    transaction_id,
    case
        when event_outcome is null or event_outcome = 'NO_EVENT_NAME' then customer_id
    end as customer_id,
    event_name,
    product_uid,
    aggregation,
    is_contested,
    metered_at,
    received_at,
    quantity,
    case when aggregation = 'UNIQUE_COUNT' then quantity_text end as counted_value,
    outcome,
    case outcome
        when 'UNKNOWN_ALIAS' then 'customer_alias ' || customer_alias
        when 'AMBIGUOUS_ALIAS' then 'customer_alias ' || customer_alias
        when 'UNKNOWN_CUSTOMER' then 'customer_id ' || coalesce(customer_id, 'is empty')
        when 'NO_PRODUCT' then 'event name ' || event_name
        when 'BAD_QUANTITY'
            then
                coalesce(agg_property, 'agg_property')
                || coalesce(' is ' || quantity_text, ' is missing')
    end as detail
from judged
