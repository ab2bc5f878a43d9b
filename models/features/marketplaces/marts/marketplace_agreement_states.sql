{{ config(enabled=ratebook.has_feature('marketplaces')) }}

select
    agreement_id,
    contract_id,
    customer_id,
    marketplace,
    listing_id,
    state,
    state_changed_at,
    is_in_force,
    is_entitled,
    can_be_reported as is_metered,
    last_records_by,
    contract_started_at,
    nullif(contract_ended_at, {{ ratebook.end_of_time() }}) as contract_ended_at
from {{ ref('ratebook', 'int_marketplace_agreement_states') }}
where rating_set = {{ ratebook.public_rating_set() }}
