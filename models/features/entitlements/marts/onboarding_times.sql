{{ config(enabled=ratebook.has_feature('entitlements')) }}

select
    channel,
    contract_count,
    onboarded_contract_count,
    minimum_hours,
    maximum_hours,
    total_hours
from {{ ref('ratebook', 'int_onboarding_times') }}
where rating_set = {{ ratebook.public_rating_set() }}
