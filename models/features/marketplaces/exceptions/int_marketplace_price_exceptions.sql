{{ config(enabled=ratebook.has_feature('marketplaces')) }}

-- Prices of agreements whose usage cannot be reported to the marketplace the way it is rated.
with prices as (
    select * from {{ ref('ratebook', 'int_prices') }}
    where product_type = 'EVENT' and is_billable and effective_at < ineffective_at
),

agreements as (
    select distinct
        contract_windows.rating_set,
        contract_windows.contract_id,
        contract_windows.agreement_id,
        agreements.marketplace,
        agreements.listing_id,
        agreements.agreement_uid
    from {{ ref('ratebook', 'int_contract_windows') }} as contract_windows
    inner join {{ ref('ratebook', 'int_marketplace_agreements') }} as agreements
        on
            contract_windows.rating_set = agreements.rating_set
            and contract_windows.agreement_id = agreements.agreement_id
            and agreements.is_current
    where contract_windows.is_in_effect
),

listings as (
    select * from {{ ref('ratebook', 'int_marketplace_listings') }}
    where is_in_effect
),

sold as (
    select
        prices.rating_set,
        agreements.agreement_uid,
        prices.product_uid,
        listings.dimension,
        prices.charge_model != 'FLAT'
        or coalesce(prices.free_quantity, 0) != 0
        or coalesce(prices.discount_amount, 0) != 0
        or prices.minimum_amount is not null
        or prices.maximum_amount is not null as has_more_than_price
    from prices
    inner join agreements
        on
            prices.rating_set = agreements.rating_set
            and prices.contract_id = agreements.contract_id
    left join listings
        on
            agreements.rating_set = listings.rating_set
            and agreements.marketplace = listings.marketplace
            and agreements.listing_id = listings.listing_id
            and prices.product_uid = listings.product_uid
)

select
    rating_set,
    'marketplace_agreements' as input,
    agreement_uid as id,
    'PRODUCT_NOT_LISTED' as reason,
    'the listing has no dimension for product ' || min(product_uid)
    || ': its usage is rated, but not reported to the marketplace' as detail
from sold
where dimension is null
group by rating_set, agreement_uid
union all
select
    rating_set,
    'marketplace_agreements' as input,
    agreement_uid as id,
    'NOT_ONE_PRICE' as reason,
    'product ' || min(product_uid)
    || ' has more than a price and a percent discount: a marketplace multiplies by one price'
        as detail
from sold
where dimension is not null and has_more_than_price
group by rating_set, agreement_uid
