{{ config(enabled=ratebook.has_feature('marketplaces')) }}

-- Each agreement at the as-of time, in the public rating set: its contract, its state, until when
-- the marketplace accepts its last records, and the last hour that can have one.
with agreements as (
    select * from {{ ref('ratebook', 'int_marketplace_agreements') }}
    where is_current and rating_set = {{ ratebook.public_rating_set() }}
),

contract_windows as (
    select
        rating_set,
        agreement_id,
        contract_id,
        min(effective_at) over rows_of_agreement as contract_started_at,
        max(ineffective_at) over rows_of_agreement as contract_ended_at,
        row_number() over (
            partition by rating_set, agreement_id
            order by contract_id asc, effective_at desc, contract_uid desc
        ) as choice,
        coalesce(
            max(
                case
                    when
                        effective_at <= {{ ratebook.as_of() }}
                        and ineffective_at > {{ ratebook.as_of() }}
                        then 1
                end
            ) over rows_of_agreement,
            0
        ) = 1 as is_in_force
    from {{ ref('ratebook', 'int_contract_windows') }}
    where is_in_effect and agreement_id is not null
    window rows_of_agreement as (partition by rating_set, agreement_id, contract_id)
),

states as (
    select
        *,
        row_number() over (
            partition by rating_set, agreement_id
            order by notification_number desc
        ) as number_from_last
    from {{ ref('ratebook', 'int_marketplace_states') }}
    where state is not null and effective_at <= {{ ratebook.as_of() }}
),

with_states as (
    select
        agreements.rating_set,
        agreements.agreement_id,
        agreements.marketplace,
        agreements.listing_id,
        agreements.customer_id,
        agreements.buyer_id,
        agreements.resource_id,
        agreements.plan_id,
        agreements.missing_field,
        contract_windows.contract_id,
        contract_windows.contract_started_at,
        contract_windows.contract_ended_at,
        coalesce(contract_windows.is_in_force, false) as is_in_force,
        states.state as notified_state,
        states.effective_at as notified_at,
        case when states.state = 'ENDED' then states.effective_at end as notified_end_at,
        -- An agreement whose contract is never in force ends too.
        coalesce(
            contract_windows.contract_ended_at,
            least(
                case
                    when not coalesce(contracts.auto_renew, false)
                        then {{ ratebook.instant_of('contracts.ended_at', "'UTC'") }}
                end,
                {{ ratebook.instant_of('contracts.terminated_at', "'UTC'") }}
            )
        ) as own_end_at,
        agreements.final_hours,
        case when states.state = 'ENDED' then coalesce(states.final_hours, 0) end
            as notified_final_hours
    from agreements
    left join contract_windows
        on
            agreements.rating_set = contract_windows.rating_set
            and agreements.agreement_id = contract_windows.agreement_id
            and contract_windows.choice = 1
    left join {{ ref('ratebook', 'int_marketplace_contracts') }} as contracts
        on
            agreements.rating_set = contracts.rating_set
            and agreements.agreement_uid = contracts.source_id
    left join states
        on
            agreements.rating_set = states.rating_set
            and agreements.agreement_id = states.agreement_id
            and states.number_from_last = 1
),

-- An agreement may end before the contract that names it.
with_ends as (
    select
        *,
        least(own_end_at, notified_end_at) as end_at
    from with_states
),

-- A notified end sets for how long last records are accepted.
with_deadlines as (
    select
        *,
        case
            when end_at <= {{ ratebook.as_of() }}
                then
                    {{ ratebook.add_hours(
                        'end_at',
                        "case when end_at = notified_at "
                        ~ "then coalesce(notified_final_hours, final_hours) else final_hours end"
                    ) }}
        end as last_records_by
    from with_ends
)

select
    *,
    case
        when last_records_by is not null then 'ENDED'
        when notified_state is not null then notified_state
        when contract_started_at <= {{ ratebook.as_of() }} then 'ACTIVE'
        else 'PENDING'
    end as state,
    coalesce(
        case when last_records_by is not null then end_at end,
        notified_at,
        case when contract_started_at <= {{ ratebook.as_of() }} then contract_started_at end
    ) as state_changed_at,
    is_in_force and coalesce(notified_state, 'ACTIVE') in ('ACTIVE', 'CLOSING') as is_entitled,
    coalesce(last_records_by <= {{ ratebook.as_of() }}, false) as is_over,
    -- Whether the marketplace would accept a record now.
    coalesce(contract_started_at <= {{ ratebook.as_of() }}, false)
    and case
        when last_records_by is not null then last_records_by > {{ ratebook.as_of() }}
        else coalesce(notified_state, 'ACTIVE') in ('ACTIVE', 'CLOSING')
    end as can_be_reported,
    -- Last records do not wait for the end of their hour.
    case
        when
            last_records_by is not null
            and end_at = date_trunc('hour', end_at)
            then {{ ratebook.add_hours('end_at', '-1') }}
        when last_records_by is not null then date_trunc('hour', end_at)
        when notified_state = 'CLOSING' then date_trunc('hour', {{ ratebook.as_of() }})
        else {{ ratebook.add_hours("date_trunc('hour', " ~ ratebook.as_of() ~ ")", '-1') }}
    end as last_hour
from with_deadlines
