{{ config(enabled=ratebook.has_feature('ledger')) }}

-- Contracts with frozen documents of which the inputs have no row at all, not even a void or
-- deleted one. A close is refused then: a table that was cut off must not credit what it has lost.
with frozen_contracts as (
    select distinct contract_id
    from {{ ref('ratebook', 'int_ledger_before') }}
),

known_contracts as (
    select durable_id as contract_id
    from {{ ref('ratebook', 'stg_contracts') }}
    where durable_id is not null
    union
    -- Of quotes, orders and agreements.
    select contract_id
    from {{ ref('ratebook', 'int_contract_rows') }}
    where configuration_set = {{ ratebook.public_rating_set() }}
)

select frozen_contracts.contract_id
from frozen_contracts
left join known_contracts
    on frozen_contracts.contract_id = known_contracts.contract_id
where known_contracts.contract_id is null
