-- The trials of contracts: so many local days from the start, in which neither recurring fees nor
-- usage are owed. The row that is in effect first decides; amendments do not change it.
with contract_windows as (
    select
        *,
        row_number() over (
            partition by rating_set, contract_id
            order by effective_at, amendment_number
        ) as place
    from {{ ref('ratebook', 'int_contract_windows') }}
    where is_in_effect
),

trials as (
    select
        contract_windows.rating_set,
        contract_windows.contract_id,
        contract_windows.contract_uid,
        contract_windows.contract_started_at,
        contract_windows.billing_timezone,
        contract_rows.trial_days,
        contract_rows.trial_days not between 0 and 3650 as is_out_of_range
    from contract_windows
    inner join {{ ref('ratebook', 'int_contract_rows') }} as contract_rows
        on
            contract_windows.rating_set = contract_rows.rating_set
            and contract_windows.contract_uid = contract_rows.contract_uid
    where contract_windows.place = 1 and contract_rows.trial_days != 0
)

select
    rating_set,
    contract_id,
    contract_uid,
    trial_days,
    is_out_of_range,
    case
        when not is_out_of_range
            then {{ ratebook.from_local(
                ratebook.add_days(
                    ratebook.to_local('contract_started_at', 'billing_timezone'), 'trial_days'
                ),
                'billing_timezone'
            ) }}
    end as trial_ends_at
from trials
