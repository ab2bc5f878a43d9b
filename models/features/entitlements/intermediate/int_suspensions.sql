{{ config(enabled=ratebook.has_feature('entitlements') and ratebook.has_feature('marketplaces')) }}

-- Windows in which a marketplace does not let the customer of a contract use it: before the
-- agreement becomes active, and while it is suspended.
with contracts as (
    select distinct
        rating_set,
        agreement_id,
        contract_id
    from {{ ref('ratebook', 'int_contract_windows') }}
    where is_in_effect and agreement_id is not null
),

states as (
    select * from {{ ref('ratebook', 'int_marketplace_states') }}
    where state is not null
),

windows as (
    select
        rating_set,
        agreement_id,
        effective_at,
        ineffective_at
    from states
    where state in ('PENDING', 'FAILED', 'SUSPENDED') and effective_at < ineffective_at
    union all
    select
        rating_set,
        agreement_id,
        {{ ratebook.beginning_of_time() }} as effective_at,
        min(effective_at) as ineffective_at
    from states
    group by rating_set, agreement_id
)

select
    contracts.rating_set,
    contracts.contract_id,
    windows.effective_at,
    windows.ineffective_at
from windows
inner join contracts
    on
        windows.rating_set = contracts.rating_set
        and windows.agreement_id = contracts.agreement_id
