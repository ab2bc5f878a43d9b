{{ config(enabled=ratebook.has_feature('marketplaces')) }}

-- The states of agreements according to their notifications, each up to the next; after the end
-- there is no state.
with notifications as (
    select * from {{ ref('ratebook', 'stg_marketplace_notifications') }}
),

rows_in_force as (
    select * from {{ ref('ratebook', 'int_configuration_rows') }}
    where is_in_force and input = 'marketplace_notifications'
),

agreements as (
    select distinct
        rating_set,
        agreement_id,
        marketplace
    from {{ ref('ratebook', 'int_marketplace_agreements') }}
    where is_current
),

rules as (
    select
        marketplace,
        name,
        value as state,
        {{ ratebook.parse_integer('hours') }} as final_hours,
        case value
            {%- for state in ratebook.marketplace_states() %}
            when '{{ state }}' then {{ loop.index }}
            {%- endfor %}
        end as state_rank
    from {{ ref('ratebook', 'int_marketplace_rules') }}
    where kind = 'NOTIFICATION'
),

with_rules as (
    select
        rows_in_force.rating_set,
        notifications.id as notification_uid,
        notifications.agreement_id,
        notifications.notification,
        notifications.occurred_at,
        agreements.marketplace,
        rules.state,
        rules.state_rank,
        rules.final_hours
    from notifications
    inner join rows_in_force
        on notifications.row_id = rows_in_force.row_id
    left join agreements
        on
            rows_in_force.rating_set = agreements.rating_set
            and notifications.agreement_id = agreements.agreement_id
    left join rules
        on
            agreements.marketplace = rules.marketplace
            and notifications.notification = rules.name
),

ordered as (
    select
        *,
        row_number() over (
            partition by rating_set, agreement_id
            order by occurred_at, state_rank, notification_uid
        ) as notification_number
    from with_rules
    where state_rank is not null and occurred_at is not null
),

ends as (
    select
        rating_set,
        agreement_id,
        min(occurred_at) as ended_at
    from ordered
    where state = 'ENDED'
    group by rating_set, agreement_id
),

windows as (
    select
        ordered.*,
        lead(ordered.occurred_at, 1, {{ ratebook.end_of_time() }}) over (
            partition by ordered.rating_set, ordered.agreement_id
            order by ordered.notification_number
        ) as ineffective_at
    from ordered
    left join ends
        on
            ordered.rating_set = ends.rating_set
            and ordered.agreement_id = ends.agreement_id
    where ordered.occurred_at <= coalesce(ends.ended_at, ordered.occurred_at)
)

select
    with_rules.rating_set,
    with_rules.notification_uid,
    with_rules.agreement_id,
    with_rules.marketplace,
    with_rules.notification,
    windows.state,
    windows.final_hours,
    windows.notification_number,
    with_rules.occurred_at as effective_at,
    windows.ineffective_at,
    with_rules.marketplace is not null and with_rules.state is null as is_unknown,
    with_rules.occurred_at is null as has_no_time,
    with_rules.state_rank is not null
    and with_rules.occurred_at is not null
    and windows.state is null as is_after_end
from with_rules
left join windows
    on
        with_rules.rating_set = windows.rating_set
        and with_rules.notification_uid = windows.notification_uid
