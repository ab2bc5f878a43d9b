{{ config(enabled=ratebook.has_feature('ledger')) }}

-- The contracts that the inputs have, void and deleted ones too.
select durable_id as contract_id
from {{ ref('ratebook', 'stg_contracts') }}
where durable_id is not null
union
-- Of quotes, orders and agreements.
select contract_id
from {{ ref('ratebook', 'int_contract_rows') }}
where configuration_set = {{ ratebook.public_rating_set() }}
union
-- What the ledger calls contracts that had no row when they were first billed.
select ledger_contract_id as contract_id
from {{ ref('ratebook', 'int_ledger_names') }}
