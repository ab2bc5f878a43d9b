{{ config(enabled=ratebook.has_feature('recurring_revenue')) }}

-- The milestones that the rows of a contract define, whether or not revenue changes.
with contract_windows as (
    select
        *,
        row_number() over (partition by rating_set, contract_id order by effective_at) as place,
        lead(contract_uid) over (partition by rating_set, contract_id order by effective_at)
            as next_uid
    from {{ ref('ratebook', 'int_contract_windows') }}
    where is_in_effect and rating_set = configuration_set
),

-- A contract is signed once, even if its amendments are signed too.
rows_with_times as (
    select
        contract_windows.rating_set,
        contract_windows.contract_uid,
        contract_windows.contract_id,
        contract_windows.customer_id,
        contract_windows.next_uid,
        contract_windows.contract_ended_at,
        contract_rows.end_reason,
        {{ ratebook.instant_of('contract_rows.signed_at', 'contract_windows.billing_timezone') }}
            as signed_at,
        {{ ratebook.instant_of('contract_rows.ended_at', 'contract_windows.billing_timezone') }}
            as ended_at,
        {{ ratebook.instant_of(
            'contract_rows.terminated_at', 'contract_windows.billing_timezone'
        ) }} as terminated_at
    from contract_windows
    inner join {{ ref('ratebook', 'int_contract_rows') }} as contract_rows
        on
            contract_windows.rating_set = contract_rows.rating_set
            and contract_windows.contract_uid = contract_rows.contract_uid
),

signatures as (
    select
        *,
        row_number() over (
            partition by rating_set, contract_id
            order by signed_at, contract_uid
        ) as choice
    from rows_with_times
    where signed_at is not null
)

select
    rating_set,
    contract_id,
    contract_uid,
    customer_id,
    'SIGNED' as event_type,
    signed_at as occurred_at,
    cast(null as integer) as renewal_number,
    cast(null as varchar) as end_reason
from signatures
where choice = 1
union all
select
    rating_set,
    contract_id,
    contract_uid,
    customer_id,
    case
        when place = 1 then 'STARTED'
        when is_negotiated_renewal then 'RENEWED'
        else 'AMENDED'
    end as event_type,
    effective_at as occurred_at,
    cast(null as integer) as renewal_number,
    cast(null as varchar) as end_reason
from contract_windows
union all
select
    renewals.rating_set,
    renewals.contract_id,
    renewals.contract_uid,
    contract_windows.customer_id,
    'RENEWED' as event_type,
    renewals.effective_at as occurred_at,
    renewals.renewal_number,
    cast(null as varchar) as end_reason
from {{ ref('ratebook', 'int_renewals') }} as renewals
inner join contract_windows
    on
        renewals.rating_set = contract_windows.rating_set
        and renewals.contract_uid = contract_windows.contract_uid
union all
select
    rating_set,
    contract_id,
    contract_uid,
    customer_id,
    case
        when
            terminated_at = contract_ended_at and not coalesce(ended_at = terminated_at, false)
            then 'TERMINATED'
        else 'EXPIRED'
    end as event_type,
    contract_ended_at as occurred_at,
    cast(null as integer) as renewal_number,
    end_reason
from rows_with_times
where next_uid is null and contract_ended_at < {{ ratebook.end_of_time() }}
union all
select
    rating_set,
    contract_id,
    contract_uid,
    customer_id,
    'VOIDED' as event_type,
    occurred_at,
    cast(null as integer) as renewal_number,
    end_reason
from {{ ref('ratebook', 'int_void_contracts') }}
