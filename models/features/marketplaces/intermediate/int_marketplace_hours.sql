{{ config(enabled=ratebook.has_feature('marketplaces')) }}

-- The UTC hours of a dimension with usage or a record, plus the last hour, in which the remainder
-- can be reported; and whether an hour can have a new record.
with terms as (
    select * from {{ ref('ratebook', 'int_marketplace_terms') }}
),

usage as (
    select * from {{ ref('ratebook', 'int_marketplace_usage') }}
),

sent_records as (
    select * from {{ ref('ratebook', 'int_marketplace_answers') }}
),

known_keys as (
    select
        rating_set,
        agreement_id,
        dimension,
        metered_hour
    from usage
    union
    select
        rating_set,
        agreement_id,
        dimension,
        metered_hour
    from sent_records
),

keys as (
    select * from known_keys
    union
    select
        terms.rating_set,
        terms.agreement_id,
        terms.dimension,
        terms.last_hour as metered_hour
    from terms
    inner join known_keys
        on
            terms.rating_set = known_keys.rating_set
            and terms.agreement_id = known_keys.agreement_id
            and terms.dimension = known_keys.dimension
            and terms.last_hour > known_keys.metered_hour
),

-- Only hours in which the agreement was active are accepted.
active_hours as (
    select distinct
        keys.rating_set,
        keys.agreement_id,
        keys.metered_hour
    from keys
    inner join {{ ref('ratebook', 'int_marketplace_states') }} as states
        on
            keys.rating_set = states.rating_set
            and keys.agreement_id = states.agreement_id
            and {{ ratebook.add_hours('keys.metered_hour', 1) }} > states.effective_at
            and keys.metered_hour < states.ineffective_at
    where states.state in ('ACTIVE', 'CLOSING')
)

select
    keys.rating_set,
    keys.agreement_id,
    keys.dimension,
    keys.metered_hour,
    terms.unit_factor,
    terms.is_whole,
    terms.maximum_quantity,
    terms.is_over,
    coalesce(usage.event_count, 0) as event_count,
    coalesce(usage.metered_quantity, cast(0 as decimal(38, 12))) as metered_quantity,
    coalesce(usage.late_quantity, cast(0 as decimal(38, 12))) as late_quantity,
    coalesce(sent_records.product_quantity, cast(0 as decimal(38, 12))) as sent_quantity,
    terms.is_over or keys.metered_hour <= terms.last_hour as is_complete,
    sent_records.record_id is null
    and terms.can_be_reported
    and keys.metered_hour <= terms.last_hour
    and coalesce(
        {{ ratebook.hour_closes_at('keys.metered_hour', 'terms') }} >= {{ ratebook.as_of() }}, true
    )
    and keys.metered_hour < terms.end_at
    and (terms.notified_state is null or active_hours.metered_hour is not null) as is_open
from keys
inner join terms
    on
        keys.rating_set = terms.rating_set
        and keys.agreement_id = terms.agreement_id
        and keys.dimension = terms.dimension
left join usage
    on
        keys.rating_set = usage.rating_set
        and keys.agreement_id = usage.agreement_id
        and keys.dimension = usage.dimension
        and keys.metered_hour = usage.metered_hour
left join sent_records
    on
        keys.rating_set = sent_records.rating_set
        and keys.agreement_id = sent_records.agreement_id
        and keys.dimension = sent_records.dimension
        and keys.metered_hour = sent_records.metered_hour
left join active_hours
    on
        keys.rating_set = active_hours.rating_set
        and keys.agreement_id = active_hours.agreement_id
        and keys.metered_hour = active_hours.metered_hour
