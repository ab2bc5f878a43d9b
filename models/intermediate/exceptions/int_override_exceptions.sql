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

bound_overrides as (
    select distinct
        overrides.rating_set,
        overrides.price_uid
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
        overrides.rating_set,
        overrides.price_uid
    from overrides
    inner join bindings
        on
            overrides.rating_set = bindings.rating_set
            and overrides.price_uid = bindings.contract_price_uid
    inner join offer_pricebooks
        on
            bindings.rating_set = offer_pricebooks.rating_set
            and bindings.contract_uid = offer_pricebooks.contract_uid
    inner join list_prices
        on
            offer_pricebooks.configuration_set = list_prices.rating_set
            and offer_pricebooks.pricebook_uid = list_prices.pricebook_uid
            and (
                overrides.list_price_uid = list_prices.price_uid
                or (
                    overrides.list_price_uid is null
                    and overrides.list_price_id = list_prices.durable_id
                )
            )
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
    select distinct
        offers.rating_set,
        override_choices.contract_price_uid as id
    from override_choices
    inner join offers
        on override_choices.offer_id = offers.offer_id
    where override_choices.choice > 1
)

select
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
    'another override of the same price applies at the same time' as detail
from superseded
