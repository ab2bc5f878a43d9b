{{ config(enabled=ratebook.has_feature('ledger')) }}

-- Contracts with frozen documents of which the inputs have no row at all, not even a void or
-- deleted one. A close is refused then: a table that was cut off must not credit what it has lost.
with frozen_contracts as (
    select distinct contract_id
    from {{ ref('ratebook', 'int_ledger_before') }}
),

contracts as (
    select * from {{ ref('ratebook', 'int_ledger_contracts') }}
)

select frozen_contracts.contract_id
from frozen_contracts
left join contracts
    on frozen_contracts.contract_id = contracts.contract_id
where contracts.contract_id is null
