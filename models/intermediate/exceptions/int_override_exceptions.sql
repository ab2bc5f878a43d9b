-- Contract prices that never apply, or do not always apply.
with price_terms as (
    select * from {{ ref('ratebook', 'int_price_terms') }}
),

overrides as (
    select * from price_terms
    where input = 'contract_prices' and coalesce(list_price_uid, list_price_id) is not null
),

list_prices as (
    select * from price_terms
    where input = 'list_prices'
),

bindings as (
    select * from {{ ref('ratebook', 'int_contract_price_bindings') }}
),

offer_pricebooks as (
    select * from {{ ref('ratebook', 'int_offer_pricebooks') }}
),

offers as (
    select * from {{ ref('ratebook', 'int_offers') }}
),

override_windows as (
    select * from {{ ref('ratebook', 'int_override_windows') }}
),

override_choices as (
    select * from {{ ref('ratebook', 'int_override_choices') }}
),

-- Overrides with the pricebook rows of the list prices that they name.
bound_overrides as (
    select distinct
        overrides.rating_set,
        overrides.configuration_set,
        overrides.price_uid,
        bindings.contract_uid,
        list_prices.pricebook_uid
    from overrides
    inner join bindings
        on
            overrides.rating_set = bindings.rating_set
            and overrides.price_uid = bindings.contract_price_uid
    inner join list_prices
        on
            overrides.configuration_set = list_prices.rating_set
            and (
                overrides.list_price_uid = list_prices.price_uid
                or (
                    overrides.list_price_uid is null
                    and overrides.list_price_id = list_prices.durable_id
                )
            )
),

overrides_in_pricebook as (
    select
        bound_overrides.rating_set,
        bound_overrides.price_uid
    from bound_overrides
    inner join offer_pricebooks
        on
            bound_overrides.rating_set = offer_pricebooks.rating_set
            and bound_overrides.configuration_set = offer_pricebooks.configuration_set
            and bound_overrides.contract_uid = offer_pricebooks.contract_uid
            and bound_overrides.pricebook_uid = offer_pricebooks.pricebook_uid
    union
    select
        rating_set,
        contract_price_uid as price_uid
    from override_windows
),

-- Ad hoc prices, and overrides of a price that the contract has: at least one of their windows
-- should be open.
expected as (
    select
        rating_set,
        price_uid as id
    from overrides_in_pricebook
    union
    select
        rating_set,
        ad_hoc_price_uid as id
    from offers
    where ad_hoc_price_uid is not null
),

open_windows as (
    select
        rating_set,
        contract_price_uid as id
    from override_windows
    where effective_at < ineffective_at
    union
    select
        rating_set,
        ad_hoc_price_uid as id
    from offers
    where ad_hoc_price_uid is not null and effective_at < ineffective_at
),

superseded as (
    select
        offers.rating_set,
        losers.contract_price_uid as id,
        min(
            winners.contract_price_uid || ' applies to contract ' || offers.contract_id
            || ' instead, from ' || {{ ratebook.text_of_instant('losers.effective_at') }}
        ) as detail
    from override_choices as losers
    inner join override_choices as winners
        on
            losers.offer_id = winners.offer_id
            and losers.effective_at = winners.effective_at
            and winners.choice = 1
    inner join offers
        on losers.offer_id = offers.offer_id
    where losers.choice > 1
    group by offers.rating_set, losers.contract_price_uid
)

select distinct
    bound_overrides.rating_set,
    'contract_prices' as input,
    bound_overrides.price_uid as id,
    'OVERRIDE_OUTSIDE_PRICEBOOK' as reason,
    'its list price is not in the pricebook of its contract' as detail
from bound_overrides
left join overrides_in_pricebook
    on
        bound_overrides.rating_set = overrides_in_pricebook.rating_set
        and bound_overrides.price_uid = overrides_in_pricebook.price_uid
where overrides_in_pricebook.price_uid is null
union all
select
    expected.rating_set,
    'contract_prices' as input,
    expected.id,
    'EMPTY_WINDOW' as reason,
    'its window has no instant of the contract' as detail
from expected
left join open_windows
    on
        expected.rating_set = open_windows.rating_set
        and expected.id = open_windows.id
where open_windows.id is null
union all
select
    rating_set,
    'contract_prices' as input,
    id,
    'OVERRIDE_SUPERSEDED' as reason,
    detail
from superseded
