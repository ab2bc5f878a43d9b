-- When a marketplace has suspended a contract: its customer may not use what it owes.
with contracts as (
    select distinct
        rating_set,
        agreement_id,
        contract_id
    from {{ ref('ratebook', 'int_contract_windows') }}
    where is_in_effect and agreement_id is not null
)

select
    contracts.rating_set,
    contracts.contract_id,
    states.effective_at,
    states.ineffective_at
from {{ ref('ratebook', 'int_marketplace_states') }} as states
inner join contracts
    on
        states.rating_set = contracts.rating_set
        and states.agreement_id = contracts.agreement_id
where states.state = 'SUSPENDED' and states.effective_at < states.ineffective_at
