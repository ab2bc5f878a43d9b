{{ config(enabled=ratebook.has_feature('entitlements')) }}
-- Otherwise the mean, total_hours / onboarded_contract_count, is not between the shortest and the
-- longest time; or there are more onboarded than signed contracts.
select
    channel,
    contract_count,
    onboarded_contract_count,
    minimum_hours,
    maximum_hours,
    total_hours
from {{ ref('ratebook', 'onboarding_times') }}
where
    onboarded_contract_count > contract_count
    or (onboarded_contract_count = 0) != (total_hours is null)
    or coalesce(minimum_hours, 0) < 0
    -- Each time is rounded separately, at the 12th decimal.
    or onboarded_contract_count * minimum_hours > total_hours + onboarded_contract_count
    * cast(0.000000000001 as decimal(13, 12))
    or onboarded_contract_count * maximum_hours < total_hours - onboarded_contract_count
    * cast(0.000000000001 as decimal(13, 12))
