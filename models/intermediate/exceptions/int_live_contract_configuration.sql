-- Contract rows and contract prices that count: neither void, nor part of a void contract.
with configuration_rows as (
    select * from {{ ref('ratebook', 'int_configuration_rows') }}
    where is_in_force or is_without_id or has_same_id_and_version
),

contracts as (
    select
        configuration_rows.rating_set,
        configuration_rows.is_in_force,
        contracts.*
    from {{ ref('ratebook', 'stg_contracts') }} as contracts
    inner join configuration_rows
        on
            contracts.row_id = configuration_rows.row_id
            and configuration_rows.input = 'contracts'
),

void_contracts as (
    select
        rating_set,
        durable_id as contract_id
    from contracts
    where is_in_force
    group by rating_set, durable_id
    having min(case when coalesce(void, false) then 1 else 0 end) = 1
),

void_contract_rows as (
    select
        rating_set,
        id as contract_uid
    from contracts
    where is_in_force and coalesce(void, false)
),

contract_prices as (
    select
        configuration_rows.rating_set,
        contract_prices.*
    from {{ ref('ratebook', 'stg_contract_prices') }} as contract_prices
    inner join configuration_rows
        on
            contract_prices.row_id = configuration_rows.row_id
            and configuration_rows.input = 'contract_prices'
    left join void_contract_rows
        on
            configuration_rows.rating_set = void_contract_rows.rating_set
            and contract_prices.contract_uid = void_contract_rows.contract_uid
    left join void_contracts
        on
            configuration_rows.rating_set = void_contracts.rating_set
            and contract_prices.contract_uid is null
            and contract_prices.contract_id = void_contracts.contract_id
    where void_contract_rows.contract_uid is null and void_contracts.contract_id is null
)

select
    rating_set,
    'contracts' as input,
    row_id,
    cast(null as varchar) as id,
    cast(null as varchar) as product_uid
from contracts
where not coalesce(void, false)
union
select
    rating_set,
    'contract_prices' as input,
    row_id,
    id,
    product_uid
from contract_prices
