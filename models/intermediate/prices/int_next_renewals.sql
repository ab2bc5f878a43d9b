-- The next renewal of each contract after the as-of time. Renewals are computed up to the horizon;
-- if the last of them ends before its contract row does, the next renewal begins there.
with contract_windows as (
    select * from {{ ref('ratebook', 'int_contract_windows') }}
    where is_in_effect and rating_set = configuration_set
)

select
    renewals.rating_set,
    renewals.contract_id,
    min(
        case
            when renewals.effective_at > {{ ratebook.as_of() }} then renewals.effective_at
            when renewals.ineffective_at < contract_windows.ineffective_at
                then renewals.ineffective_at
        end
    ) as renews_at
from {{ ref('ratebook', 'int_renewals') }} as renewals
inner join contract_windows
    on
        renewals.rating_set = contract_windows.rating_set
        and renewals.contract_uid = contract_windows.contract_uid
where renewals.ineffective_at > {{ ratebook.as_of() }}
group by renewals.rating_set, renewals.contract_id
