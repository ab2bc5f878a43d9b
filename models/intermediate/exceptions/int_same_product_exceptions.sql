-- Prices for a product that the contract also sells at a list price at the time: both are billed.
with prices as (
    select
        *,
        case when contract_price_uid is not null then 'contract_prices' else 'list_prices' end
            as input,
        coalesce(contract_price_uid, list_price_uid) as id
    from {{ ref('ratebook', 'int_prices') }}
),

sold_by_pricebook as (
    select * from prices
    where is_billable and list_price_uid is not null
)

select
    prices.rating_set,
    prices.input,
    prices.id,
    'SAME_PRODUCT_TWICE' as reason,
    'the pricebook sells the product too, as list price '
    || sold_by_pricebook.list_price_uid as detail
from prices
inner join sold_by_pricebook
    on
        prices.rating_set = sold_by_pricebook.rating_set
        and prices.contract_id = sold_by_pricebook.contract_id
        and prices.product_uid = sold_by_pricebook.product_uid
        and prices.effective_at < sold_by_pricebook.ineffective_at
        and prices.ineffective_at > sold_by_pricebook.effective_at
where
    prices.is_billable
    and (
        prices.list_price_uid is null
        or (
            prices.phase = sold_by_pricebook.phase
            and prices.lineage_ordinal > sold_by_pricebook.lineage_ordinal
        )
    )
