-- When an alias belongs to which customer.
with aliases as (
    select * from {{ ref('ratebook', 'stg_customer_aliases') }}
),

rows_in_force as (
    select * from {{ ref('ratebook', 'int_configuration_rows') }}
    where is_in_force and input = 'customer_aliases'
),

customer_windows as (
    select * from {{ ref('ratebook', 'int_customer_windows') }}
),

in_force as (
    select
        rows_in_force.rating_set,
        aliases.*
    from aliases
    inner join rows_in_force
        on aliases.row_id = rows_in_force.row_id
    where aliases.alias is not null and aliases.customer_id is not null
),

-- The times of an alias are local in the zone of its customer, chosen as for a contract's start.
candidates as (
    select
        in_force.rating_set,
        in_force.id as alias_uid,
        customer_windows.customer_uid,
        customer_windows.billing_timezone,
        customer_windows.effective_at,
        customer_windows.ineffective_at,
        coalesce(
            {{ ratebook.instant_of('in_force.effective_at', 'customer_windows.billing_timezone') }},
            {{ ratebook.beginning_of_time() }}
        ) as alias_effective_at
    from in_force
    inner join customer_windows
        on
            in_force.rating_set = customer_windows.rating_set
            and in_force.customer_id = customer_windows.customer_id
),

ranked as (
    select
        *,
        row_number() over (
            partition by rating_set, alias_uid
            order by {{ ratebook.row_in_force_order(
                'candidates', 'alias_effective_at', 'customer_uid'
            ) }}
        ) as choice
    from candidates
),

zoned as (
    select
        in_force.*,
        coalesce(
            ranked.billing_timezone, {{ ratebook.text_literal(var('ratebook_billing_timezone')) }}
        )
            as billing_timezone
    from in_force
    left join ranked
        on
            in_force.rating_set = ranked.rating_set
            and in_force.id = ranked.alias_uid
            and ranked.choice = 1
)

select
    rating_set,
    id as alias_uid,
    version,
    alias,
    customer_id,
    coalesce(
        {{ ratebook.instant_of('effective_at', 'billing_timezone') }},
        {{ ratebook.beginning_of_time() }}
    )
        as effective_at,
    least(
        coalesce(
            {{ ratebook.instant_of('ineffective_at', 'billing_timezone') }},
            {{ ratebook.end_of_time() }}
        ),
        coalesce(
            {{ ratebook.instant_of('archived_at', 'billing_timezone') }},
            {{ ratebook.end_of_time() }}
        )
    ) as ineffective_at
from zoned
