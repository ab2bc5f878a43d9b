-- What is wrong with the windows of contracts, pricebooks, customers and aliases.
with contract_rows as (
    select * from {{ ref('ratebook', 'int_contract_rows') }}
),

contract_windows as (
    select * from {{ ref('ratebook', 'int_contract_windows') }}
),

pricebook_windows as (
    select * from {{ ref('ratebook', 'int_pricebook_windows') }}
),

customer_windows as (
    select * from {{ ref('ratebook', 'int_customer_windows') }}
),

alias_windows as (
    select * from {{ ref('ratebook', 'int_alias_windows') }}
),

known_pricebooks as (
    select distinct
        rating_set,
        pricebook_id
    from pricebook_windows
),

customers as (
    select distinct
        rating_set,
        customer_id
    from customer_windows
),

-- Times in which a contract sells something; a row whose pricebook is unknown is reported as that, and is no hole.
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
    from {{ ref('ratebook', 'int_contract_pricebooks') }}
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
            contract_windows.rating_set = known_pricebooks.rating_set
            and contract_windows.pricebook_id = known_pricebooks.pricebook_id
    where
        contract_windows.is_in_effect
        and contract_windows.pricebook_id is not null
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

amendments as (
    select
        *,
        lag(customer_id) over (partition by rating_set, contract_id order by effective_at) as previous_customer_id
    from contract_windows
    where is_in_effect
)

select
    rating_set,
    'contracts' as input,
    contract_uid as id,
    'NO_START' as reason,
    'started_at is empty' as detail
from contract_rows
where started_at is null
union all
select
    rating_set,
    'contracts' as input,
    contract_uid as id,
    'EMPTY_WINDOW' as reason,
    'no instant between its start and its end is its own' as detail
from contract_windows
where not is_in_effect
union all
select
    rating_set,
    'contracts' as input,
    contract_uid as id,
    'OVERLAPPING_AMENDMENTS' as reason,
    'the next amendment begins before this one ends: it is cut there' as detail
from contract_windows
where is_overlapping
union all
select
    rating_set,
    'pricebooks' as input,
    pricebook_uid as id,
    'EMPTY_WINDOW' as reason,
    'no instant between its start and its end is its own' as detail
from pricebook_windows
where not is_in_effect
union all
select
    rating_set,
    'pricebooks' as input,
    pricebook_uid as id,
    'OVERLAPPING_AMENDMENTS' as reason,
    'the next amendment begins before this one ends: it is cut there' as detail
from pricebook_windows
where is_overlapping
union all
select
    rating_set,
    case when effective_at = contract_effective_at then 'contracts' else 'pricebooks' end as input,
    case when effective_at = contract_effective_at then contract_uid else pricebook_uid end as id,
    'HOLE_IN_TERM' as reason,
    'contract ' || contract_id || ' sells nothing from ' || {{ ratebook.text_of_instant('covered_until') }}
    || ' to ' || {{ ratebook.text_of_instant('effective_at') }} as detail
from holes
where covered_until < effective_at
union all
select
    rating_set,
    'contracts' as input,
    contract_uid as id,
    'CUSTOMER_CHANGED' as reason,
    'from ' || previous_customer_id || ' to ' || customer_id as detail
from amendments
where customer_id != previous_customer_id
union all
select
    amendments.rating_set,
    'contracts' as input,
    amendments.contract_uid as id,
    'UNKNOWN_CUSTOMER' as reason,
    'customer_id ' || amendments.customer_id || ' is not in customers' as detail
from amendments
left join customers
    on
        amendments.rating_set = customers.rating_set
        and amendments.customer_id = customers.customer_id
where customers.customer_id is null
union all
select
    rating_set,
    'customers' as input,
    customer_uid as id,
    'UNKNOWN_TIMEZONE' as reason,
    'billing_timezone ' || billing_timezone_given || ' is no IANA time zone; ' || billing_timezone || ' is taken'
        as detail
from customer_windows
where is_unknown_timezone
union all
select
    rating_set,
    'customers' as input,
    customer_uid as id,
    'EMPTY_WINDOW' as reason,
    'it ends before it begins' as detail
from customer_windows
where effective_at >= ineffective_at
union all
select
    rating_set,
    'customer_aliases' as input,
    alias_uid as id,
    'EMPTY_WINDOW' as reason,
    'it ends before it begins' as detail
from alias_windows
where effective_at >= ineffective_at
