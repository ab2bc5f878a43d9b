{{ config(group='engine', enabled=ratebook.has_feature('entitlements')) }}

-- Otherwise a customer pays for a product without being entitled to it.
with prices as (
    select * from {{ ref('ratebook', 'int_prices') }}
    where is_billable and invoice_delivery != 'ONE_TIME' and coalesce(price, 0) >= 0
),

windows as (
    select * from {{ ref('ratebook', 'int_entitlement_windows') }}
)

select
    prices.rating_set,
    prices.price_id
from prices
left join windows
    on
        prices.rating_set = windows.rating_set
        and prices.contract_id = windows.contract_id
        and prices.customer_id = windows.customer_id
        and prices.product_uid = windows.product_uid
        and prices.effective_at >= windows.effective_at
        and prices.effective_at < windows.ineffective_at
where prices.effective_at < prices.ineffective_at and windows.product_uid is null
