-- Overrides on the offers of their list price, with the windows in which they would apply. Empty
-- windows are kept to be reported.
with overrides as (
    select * from {{ ref('ratebook', 'int_price_terms') }}
    where input = 'contract_prices'
),

offers as (
    select * from {{ ref('ratebook', 'int_offers') }}
),

targets as (
    select * from {{ ref('ratebook', 'int_override_targets') }}
),

price_bounds as (
    select * from {{ ref('ratebook', 'int_contract_price_bounds') }}
),

bound as (
    select
        offers.rating_set,
        offers.offer_id,
        offers.contract_uid,
        offers.effective_at as offer_effective_at,
        offers.ineffective_at as offer_ineffective_at,
        overrides.price_uid as contract_price_uid,
        targets.is_bound_to_amendment,
        overrides.created_at,
        price_bounds.own_start_at,
        price_bounds.ends_at
    from targets
    inner join offers
        on targets.offer_id = offers.offer_id
    inner join overrides
        on
            targets.rating_set = overrides.rating_set
            and targets.contract_price_uid = overrides.price_uid
    inner join price_bounds
        on
            offers.rating_set = price_bounds.rating_set
            and offers.contract_id = price_bounds.contract_id
            and offers.phase_anchor = price_bounds.phase_anchor
            and overrides.price_uid = price_bounds.contract_price_uid
)

select
    rating_set,
    offer_id,
    contract_uid,
    contract_price_uid,
    is_bound_to_amendment,
    created_at,
    own_start_at,
    greatest(offer_effective_at, coalesce(own_start_at, offer_effective_at)) as effective_at,
    least(offer_ineffective_at, coalesce(ends_at, offer_ineffective_at)) as ineffective_at
from bound
