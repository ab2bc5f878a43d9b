with pricebooks as (
    select * from {{ ref('ratebook', 'stg_pricebooks') }}
),

rows_in_force as (
    select * from {{ ref('ratebook', 'int_configuration_rows') }}
    where is_in_force and input = 'pricebooks'
),

-- The times of a pricebook are local in the zone of each contract that uses it.
zones_in_use as (
    select distinct
        configuration_set as rating_set,
        pricebook_id,
        billing_timezone
    from {{ ref('ratebook', 'int_contract_windows') }}
    where is_in_effect and pricebook_id is not null
),

zoned as (
    select
        zones_in_use.rating_set,
        zones_in_use.billing_timezone,
        zones_in_use.pricebook_id,
        rows_in_force.is_unreadable,
        pricebooks.*
    from pricebooks
    inner join rows_in_force
        on pricebooks.row_id = rows_in_force.row_id
    inner join zones_in_use
        on
            rows_in_force.rating_set = zones_in_use.rating_set
            and pricebooks.durable_id = zones_in_use.pricebook_id
),

dated as (
    select
        rating_set,
        billing_timezone,
        pricebook_id,
        id as pricebook_uid,
        version,
        currency,
        invoice_delivery,
        invoice_schedule,
        -- The unit of the row's own schedule: without one it says nothing.
        case when invoice_schedule is not null then coalesce(schedule_unit, 'MONTH') end
            as schedule_unit,
        billing_anchor,
        prorate,
        billing_target,
        payment_terms_days,
        payment_terms_kind,
        is_unreadable,
        coalesce(
            {{ ratebook.instant_of('effective_at', 'billing_timezone') }},
            {{ ratebook.beginning_of_time() }}
        ) as effective_at,
        {{ ratebook.instant_of('ineffective_at', 'billing_timezone') }} as own_ineffective_at,
        {{ ratebook.instant_of('archived_at', 'billing_timezone') }} as archived_at
    from zoned
),

ending as (
    select
        *,
        least(
            coalesce(own_ineffective_at, {{ ratebook.end_of_time() }}),
            coalesce(archived_at, {{ ratebook.end_of_time() }})
        ) as own_end_at
    from dated
),

ordered as (
    select
        *,
        lead(effective_at) over (
            partition by rating_set, billing_timezone, pricebook_id
            order by effective_at, pricebook_uid
        ) as next_effective_at
    from ending
    where effective_at < own_end_at
),

cut as (
    select
        *,
        least(own_end_at, coalesce(next_effective_at, own_end_at)) as ineffective_at
    from ordered
    union all
    select
        *,
        cast(null as timestamp) as next_effective_at,
        effective_at as ineffective_at
    from ending
    where effective_at >= own_end_at
)

select
    rating_set,
    billing_timezone,
    pricebook_id,
    pricebook_uid,
    version,
    currency,
    invoice_delivery,
    invoice_schedule,
    schedule_unit,
    billing_anchor,
    prorate,
    billing_target,
    payment_terms_days,
    payment_terms_kind,
    is_unreadable,
    effective_at,
    ineffective_at,
    effective_at < ineffective_at as is_in_effect,
    coalesce(own_ineffective_at > next_effective_at or effective_at = next_effective_at, false)
        as is_overlapping
from cut
