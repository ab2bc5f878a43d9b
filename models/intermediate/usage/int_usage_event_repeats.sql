{{ config(
    materialized='table_of_reads', schema='ratebook_state',
    pre_hook="{{ ratebook.forget_repeats(this) }}"
) }}
{%- set read = ratebook.usage_read(this) %}
-- Arrivals of a transaction_id that came more than once, the first well-formed one numbered 1.
-- Nearly all ids are unique, so only ids with a repeated hash are ranked; an id that merely shares
-- a hash with another gets number 1.
with repeated_hashes as (
    select * from {{ ratebook.repeated_hashes(read) }}
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
    where events.transaction_id is not null and {{ ratebook.is_repeat_read(read) }}
),

judged as (
    select
        events.*,
        {{ read.is_read }} as is_new,
        {{ ratebook.event_defect('events') }} as defect
    from events
),

-- A well-formed arrival comes before malformed ones.
compared as (
    select
        *,
        {%- for column in ['customer_id', 'customer_alias', 'metered_at', 'properties'] %}
        first_value({{ column }}) over arrivals as first_{{ column }},
        {%- endfor %}
        first_value(is_new) over arrivals and not is_new as is_replaced,
        row_number() over arrivals as arrival_number
    from judged
    window arrivals as (
        partition by rating_set, transaction_id
        order by
            case when defect is null then 1 else 2 end asc,
            received_at asc nulls last,
            metered_at asc nulls last,
            customer_id asc nulls last,
            customer_alias asc nulls last,
            properties asc nulls last,
            is_new asc
    )
),

-- Only well-formed properties that are written differently are compared by their values. The
-- condition is in the argument: a case around the call would not keep malformed text from it.
differing as (
    select
        *,
        coalesce(
            defect is null and arrival_number > 1 and properties != first_properties, false
        ) as is_written_differently
    from compared
),

with_values as (
    select
        {%- for column in ['properties', 'first_properties'] %}
        {{ ratebook.json_comparable(
            'case when is_written_differently then ' ~ column ~ ' end'
        ) }} as {{ column }}_values,
        {%- endfor %}
        differing.*
    from differing
)

-- A repeat is the same event if its customer, as written, its time and the values of its properties
-- are those of the first arrival.
select
    rating_set,
    transaction_id,
    customer_id,
    customer_alias,
    properties,
    event_name,
    metered_at,
    received_at,
    arrival,
    defect,
    arrival_number,
    case when is_replaced then {{ read.number }} end as replaced_with_read,
    case
        when defect is null and arrival_number > 1
            then nullif(ltrim(
                case
                    when customer_id is distinct from first_customer_id then ', customer_id' else ''
                end
                || case
                    when customer_alias is distinct from first_customer_alias
                        then ', customer_alias'
                    else ''
                end
                || case when metered_at != first_metered_at then ', metered_at' else '' end
                || case
                    when properties_values != first_properties_values then ', properties' else ''
                end,
                ', '
            ), '')
    end as differences
from with_values
