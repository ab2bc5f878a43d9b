{%- set names = {'list_price_uid': 'price_uid', 'list_price_id': 'durable_id'} -%}
-- The offers that overrides are for: those of the list price that the override names. A renewal at
-- list prices can have other list prices: then those with its durable_id, or else those of its
-- product.
with overrides as (
    select * from {{ ref('ratebook', 'int_price_terms') }}
    where
        input = 'contract_prices'
        and (list_price_uid is not null or list_price_id is not null)
),

list_prices as (
    select * from {{ ref('ratebook', 'int_price_terms') }}
    where input = 'list_prices'
),

offers as (
    select offers_undated.*
    from {{ ref('ratebook', 'int_offers_undated') }} as offers_undated
    inner join {{ ref('ratebook', 'int_products') }} as products
        on
            offers_undated.configuration_set = products.rating_set
            and offers_undated.product_uid = products.product_uid
    where offers_undated.list_price_uid is not null
),

bindings as (
    select * from {{ ref('ratebook', 'int_contract_price_bindings') }}
),

bound as (
    select
        overrides.rating_set,
        overrides.configuration_set,
        overrides.price_uid as contract_price_uid,
        overrides.list_price_uid,
        case when overrides.list_price_uid is null then overrides.list_price_id end
            as list_price_id,
        bindings.contract_uid,
        bindings.is_bound_to_amendment
    from overrides
    inner join bindings
        on
            overrides.rating_set = bindings.rating_set
            and overrides.price_uid = bindings.contract_price_uid
),

-- The list prices that the override of a contract with renewals at list prices names.
named as (
    {%- for named_by, column in names.items() %}
    select
        bound.*,
        list_prices.pricebook_uid,
        list_prices.durable_id,
        list_prices.product_uid
    from bound
    inner join list_prices
        on
            bound.configuration_set = list_prices.rating_set
            and bound.{{ named_by }} = list_prices.{{ column }}
    {{ "union all" if not loop.last }}
    {%- endfor %}
),

pricebooks as (
    select distinct
        rating_set,
        pricebook_id,
        pricebook_uid
    from {{ ref('ratebook', 'int_pricebook_windows') }}
),

candidates as (
    select
        offers.offer_id,
        bound.contract_price_uid,
        bound.is_bound_to_amendment,
        1 as place
    from bound
    inner join offers
        on
            bound.rating_set = offers.rating_set
            and bound.contract_uid = offers.contract_uid
            and (
                bound.list_price_uid = offers.list_price_uid
                or bound.list_price_id = offers.list_price_id
            )
    union
    select
        offers.offer_id,
        named.contract_price_uid,
        named.is_bound_to_amendment,
        case when named.durable_id = offers.list_price_id then 2 else 3 end as place
    from named
    inner join pricebooks
        on
            named.configuration_set = pricebooks.rating_set
            and named.pricebook_uid = pricebooks.pricebook_uid
    inner join offers
        on
            named.rating_set = offers.rating_set
            and named.contract_uid = offers.contract_uid
            and pricebooks.pricebook_id = offers.pricebook_id
            and (
                named.durable_id = offers.list_price_id
                or named.product_uid = offers.product_uid
            )
    where offers.list_renewal_number is not null
),

ranked as (
    select
        candidates.*,
        offers.rating_set,
        min(candidates.place) over (
            partition by candidates.offer_id, candidates.contract_price_uid
        ) as offer_place,
        min(candidates.place) over (
            partition by
                offers.rating_set,
                offers.contract_uid,
                offers.pricebook_uid,
                offers.list_renewal_number,
                candidates.contract_price_uid
        ) as first_place
    from candidates
    inner join offers
        on candidates.offer_id = offers.offer_id
)

select distinct
    rating_set,
    offer_id,
    contract_price_uid,
    is_bound_to_amendment
from ranked
where offer_place = first_place
