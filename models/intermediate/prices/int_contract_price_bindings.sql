-- The contract rows in effect that each contract price applies to: one amendment, or all rows of a
-- contract. Two equi-joins, because one join with `or` would compare every price with every
-- contract row.
with contract_prices as (
    select * from {{ ref('ratebook', 'int_price_terms') }}
    where input = 'contract_prices'
),

contract_windows as (
    select * from {{ ref('ratebook', 'int_contract_windows') }}
    where is_in_effect
)

select
    contract_prices.rating_set,
    contract_prices.price_uid as contract_price_uid,
    contract_windows.contract_uid,
    true as is_bound_to_amendment
from contract_prices
inner join contract_windows
    on
        contract_prices.rating_set = contract_windows.rating_set
        and contract_prices.contract_uid = contract_windows.contract_uid
union all
select
    contract_prices.rating_set,
    contract_prices.price_uid as contract_price_uid,
    contract_windows.contract_uid,
    false as is_bound_to_amendment
from contract_prices
inner join contract_windows
    on
        contract_prices.rating_set = contract_windows.rating_set
        and contract_prices.contract_id = contract_windows.contract_id
where contract_prices.contract_uid is null
