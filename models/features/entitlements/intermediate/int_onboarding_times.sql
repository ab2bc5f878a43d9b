{{ config(enabled=ratebook.has_feature('entitlements')) }}

with onboardings as (
    select
        rating_set,
        channel,
        onboarding_microseconds,
        cast(onboarding_microseconds as decimal(38, 12)) as microseconds
    from {{ ref('ratebook', 'int_onboardings') }}
),

by_channel as (
    select
        rating_set,
        channel,
        count(*) as contract_count,
        count(onboarding_microseconds) as onboarded_contract_count,
        min(microseconds) as shortest,
        max(microseconds) as longest,
        cast(sum(microseconds) as decimal(38, 12)) as total
    from onboardings
    group by rating_set, channel
)

{% set hour = '3600000000' -%}
select
    rating_set,
    channel,
    contract_count,
    onboarded_contract_count,
    {{ ratebook.decimal_quantity(ratebook.quantity_numerator('shortest'), hour) }} as minimum_hours,
    {{ ratebook.decimal_quantity(ratebook.quantity_numerator('longest'), hour) }} as maximum_hours,
    {{ ratebook.decimal_quantity(ratebook.quantity_numerator('total'), hour) }} as total_hours
from by_channel
