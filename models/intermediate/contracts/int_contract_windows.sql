with contract_zones as (
    select * from {{ ref('ratebook', 'int_contract_zones') }}
),

zoned as (
    select
        contract_rows.*,
        contract_zones.billing_timezone
    from {{ ref('ratebook', 'int_contract_rows') }} as contract_rows
    inner join contract_zones
        on
            contract_rows.rating_set = contract_zones.rating_set
            and contract_rows.contract_id = contract_zones.contract_id
    where contract_rows.customer_id is not null and contract_rows.started_at is not null
),

dated as (
    select
        rating_set,
        configuration_set,
        contract_uid,
        version,
        contract_id,
        customer_id,
        pricebook_id,
        partner_id,
        billing_target,
        agreement_id,
        currency,
        billing_anchor,
        payment_terms_days,
        prorate,
        billing_timezone,
        auto_renew,
        renewal_term_months,
        {{ ratebook.renewal_uplift('renewal_uplift_percent') }} as renewal_uplift_percent,
        coalesce(renewal_term_months between 1 and 1200, true)
        and (
            renewal_uplift_percent is null
            or {{ ratebook.renewal_uplift('renewal_uplift_percent') }} is not null
        ) as can_renew,
        {{ ratebook.instant_of('started_at', 'billing_timezone') }} as started_at,
        {{ ratebook.instant_of('ended_at', 'billing_timezone') }} as ended_at,
        {{ ratebook.instant_of('archived_at', 'billing_timezone') }} as archived_at,
        {{ ratebook.instant_of('terminated_at', 'billing_timezone') }} as terminated_at,
        coalesce(
            {{ ratebook.instant_of('effective_at', 'billing_timezone') }},
            {{ ratebook.beginning_of_time() }}
        ) as own_effective_at,
        {{ ratebook.instant_of('ineffective_at', 'billing_timezone') }} as own_ineffective_at
    from zoned
),

stopping as (
    select
        *,
        least(
            coalesce(own_ineffective_at, {{ ratebook.end_of_time() }}),
            coalesce(archived_at, {{ ratebook.end_of_time() }}),
            coalesce(terminated_at, {{ ratebook.end_of_time() }})
        ) as own_stop_at
    from dated
),

-- A row that renews continues after its ended_at until it is stopped, or the next amendment begins.
-- An end in the year 9999 means no end.
ending as (
    select
        *,
        least(coalesce(ended_at, {{ ratebook.end_of_time() }}), own_stop_at) as own_term_end_at,
        case
            when
                auto_renew
                and can_renew
                and ended_at < own_stop_at
                and ended_at < {{ ratebook.add_months(ratebook.end_of_time(), '-12') }}
                then ended_at
        end as own_renews_at
    from stopping
),

-- A row whose own window is empty neither cuts its neighbours nor moves the contract's bounds.
flagged as (
    select
        *,
        case when own_renews_at is null then own_term_end_at else own_stop_at end as own_end_at,
        greatest(own_effective_at, started_at) >= own_term_end_at as is_own_window_empty
    from ending
),

ordered as (
    select
        *,
        row_number() over amendments as amendment_number,
        lead(own_effective_at) over amendments as next_effective_at,
        min(started_at) over (partition by rating_set, contract_id) as contract_started_at,
        last_value(own_end_at) over (
            amendments rows between unbounded preceding and unbounded following
        ) as contract_ended_at,
        last_value(own_renews_at) over (
            amendments rows between unbounded preceding and unbounded following
        ) as contract_renews_at
    from flagged
    where not is_own_window_empty
    window
        amendments as (partition by rating_set, contract_id order by own_effective_at, contract_uid)
),

cut as (
    select
        *,
        greatest(own_effective_at, contract_started_at) as effective_at,
        least(own_end_at, contract_ended_at, coalesce(next_effective_at, own_end_at))
            as ineffective_at
    from ordered
    union all
    select
        *,
        cast(null as bigint) as amendment_number,
        cast(null as timestamp) as next_effective_at,
        cast(null as timestamp) as contract_started_at,
        cast(null as timestamp) as contract_ended_at,
        cast(null as timestamp) as contract_renews_at,
        own_effective_at as effective_at,
        own_effective_at as ineffective_at
    from flagged
    where is_own_window_empty
)

select
    rating_set,
    configuration_set,
    contract_uid,
    version,
    contract_id,
    amendment_number,
    customer_id,
    pricebook_id,
    partner_id,
    billing_target,
    agreement_id,
    currency,
    billing_anchor,
    payment_terms_days,
    prorate,
    billing_timezone,
    started_at,
    contract_started_at,
    contract_ended_at,
    contract_renews_at,
    effective_at,
    ineffective_at,
    case when not is_own_window_empty and own_renews_at < ineffective_at then own_renews_at end
        as renews_at,
    renewal_term_months,
    renewal_uplift_percent,
    coalesce(effective_at < ineffective_at, false) as is_in_effect,
    coalesce(own_ineffective_at > next_effective_at or own_effective_at = next_effective_at, false)
        as is_overlapping
from cut
