{{ config(group='engine') }}

-- Otherwise a price is not billed, and nobody is told why.
with prices as (
    select * from {{ ref('ratebook', 'int_prices') }}
    where not is_billable and rating_set = {{ ratebook.public_rating_set() }}
),

exceptions as (
    select * from {{ ref('ratebook', 'pricing_exceptions') }}
    where effect = 'NOT_BILLED'
),

reported as (
    select distinct prices.price_id
    from prices
    inner join exceptions
        on
            (exceptions.input = 'contract_prices' and prices.contract_price_uid = exceptions.id)
            or (exceptions.input = 'list_prices' and prices.list_price_uid = exceptions.id)
            or (exceptions.input = 'products' and prices.product_uid = exceptions.id)
            or (exceptions.input = 'contracts' and prices.contract_uid = exceptions.id)
)

select
    prices.price_id,
    prices.contract_uid,
    prices.list_price_uid,
    prices.contract_price_uid
from prices
left join reported
    on prices.price_id = reported.price_id
where reported.price_id is null
