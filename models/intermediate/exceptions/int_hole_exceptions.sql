-- Parts of a contract's term in which it sells nothing, on the row that ends them, or on the
-- contract's last row if they last to the end of the term.
with contract_windows as (
    select * from {{ ref('ratebook', 'int_contract_windows') }}
    where is_in_effect
),

known_pricebooks as (
    select distinct
        rating_set,
        pricebook_id
    from {{ ref('ratebook', 'int_pricebook_windows') }}
),

-- The list prices of later renewals are not known yet.
last_renewals as (
    select
        rating_set,
        contract_uid,
        max(ineffective_at) as ineffective_at
    from {{ ref('ratebook', 'int_renewals') }}
    where is_at_list_prices
    group by rating_set, contract_uid
),

-- Times in which a contract sells something. A row whose pricebook is unknown is reported as that,
-- and is not a hole.
covered as (
    select
        rating_set,
        contract_id,
        contract_uid,
        pricebook_uid,
        contract_started_at,
        contract_effective_at,
        effective_at,
        ineffective_at
    from {{ ref('ratebook', 'int_offer_pricebooks') }}
    union all
    select
        contract_windows.rating_set,
        contract_windows.contract_id,
        contract_windows.contract_uid,
        cast(null as varchar) as pricebook_uid,
        contract_windows.contract_started_at,
        last_renewals.ineffective_at as contract_effective_at,
        last_renewals.ineffective_at as effective_at,
        contract_windows.ineffective_at
    from contract_windows
    inner join last_renewals
        on
            contract_windows.rating_set = last_renewals.rating_set
            and contract_windows.contract_uid = last_renewals.contract_uid
            and contract_windows.ineffective_at > last_renewals.ineffective_at
    union all
    select
        contract_windows.rating_set,
        contract_windows.contract_id,
        contract_windows.contract_uid,
        cast(null as varchar) as pricebook_uid,
        contract_windows.contract_started_at,
        contract_windows.effective_at as contract_effective_at,
        contract_windows.effective_at,
        contract_windows.ineffective_at
    from contract_windows
    left join known_pricebooks
        on
            contract_windows.configuration_set = known_pricebooks.rating_set
            and contract_windows.pricebook_id = known_pricebooks.pricebook_id
    where
        contract_windows.pricebook_id is not null
        and known_pricebooks.pricebook_id is null
),

holes as (
    select
        *,
        coalesce(
            lag(ineffective_at) over (partition by rating_set, contract_id order by effective_at),
            contract_started_at
        ) as covered_until
    from covered
),

ends as (
    select
        rating_set,
        contract_id,
        max(ineffective_at) as covered_until
    from covered
    group by rating_set, contract_id
),

last_rows as (
    select
        contract_windows.rating_set,
        contract_windows.contract_id,
        contract_windows.contract_uid,
        contract_windows.contract_ended_at,
        coalesce(ends.covered_until, contract_windows.contract_started_at) as covered_until
    from contract_windows
    left join ends
        on
            contract_windows.rating_set = ends.rating_set
            and contract_windows.contract_id = ends.contract_id
    where contract_windows.ineffective_at = contract_windows.contract_ended_at
)

select
    rating_set,
    case when effective_at = contract_effective_at then 'contracts' else 'pricebooks' end as input,
    case when effective_at = contract_effective_at then contract_uid else pricebook_uid end as id,
    'HOLE_IN_TERM' as reason,
    'contract '
    || contract_id
    || ' sells nothing from '
    || {{ ratebook.text_of_instant('covered_until') }}
    || ' to ' || {{ ratebook.text_of_instant('effective_at') }} as detail
from holes
where covered_until < effective_at
union all
select
    last_rows.rating_set,
    'contracts' as input,
    last_rows.contract_uid as id,
    'HOLE_IN_TERM' as reason,
    'contract ' || last_rows.contract_id || ' sells nothing from '
    || {{ ratebook.text_of_instant('last_rows.covered_until') }} || ' on' as detail
from last_rows
where last_rows.covered_until < last_rows.contract_ended_at
