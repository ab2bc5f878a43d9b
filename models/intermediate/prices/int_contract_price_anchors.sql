-- Ad hoc prices, and overrides of list prices that the contract sells, on the contract rows that
-- they are bound to, with their products and how their phases count.
with price_terms as (
    select * from {{ ref('ratebook', 'int_price_terms') }}
),

sold as (
    select
        bindings.contract_price_uid,
        offer_pricebooks.*
    from {{ ref('ratebook', 'int_contract_price_bindings') }} as bindings
    inner join {{ ref('ratebook', 'int_offer_pricebooks') }} as offer_pricebooks
        on
            bindings.rating_set = offer_pricebooks.rating_set
            and bindings.contract_uid = offer_pricebooks.contract_uid
)

select
    sold.rating_set,
    sold.contract_id,
    sold.contract_price_uid,
    sold.effective_at,
    sold.ineffective_at,
    coalesce(list_prices.product_uid, price_terms.product_uid) as product_uid,
    case
        when list_prices.price_uid is not null
            then {{ ratebook.phase_anchor('sold', 'list_prices') }}
        else {{ ratebook.phase_anchor('sold', ad_hoc_price='price_terms') }}
    end as phase_anchor
from sold
inner join price_terms
    on
        sold.rating_set = price_terms.rating_set
        and sold.contract_price_uid = price_terms.price_uid
        and price_terms.input = 'contract_prices'
left join price_terms as list_prices
    on
        sold.configuration_set = list_prices.rating_set
        and sold.pricebook_uid = list_prices.pricebook_uid
        and list_prices.input = 'list_prices'
        and (
            price_terms.list_price_uid = list_prices.price_uid
            or (
                price_terms.list_price_uid is null
                and price_terms.list_price_id = list_prices.durable_id
            )
        )
where
    list_prices.price_uid is not null
    or (price_terms.list_price_uid is null and price_terms.list_price_id is null)
