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

-- Where quotes, orders and agreements stand as contracts, and their prices as contract prices.
other_names as (
    select
        input,
        quote_uid as id,
        'contracts' as known_in,
        quote_set as known_as
    from {{ ref('ratebook', 'int_quotes') }}
    where rating_set = {{ ratebook.public_rating_set() }}
    union all
    select
        'marketplace_agreements' as input,
        agreement_uid as id,
        'contracts' as known_in,
        contract_uid as known_as
    from {{ ref('ratebook', 'int_marketplace_contracts') }}
    where rating_set = {{ ratebook.public_rating_set() }}
    union all
    select
        'marketplace_private_offer_prices' as input,
        offer_price_uid as id,
        'contract_prices' as known_in,
        price_uid as known_as
    from {{ ref('ratebook', 'int_marketplace_offer_prices') }}
    where rating_set = {{ ratebook.public_rating_set() }}
    union all
    select
        input,
        id,
        'contract_prices' as known_in,
        case input when 'quote_prices' then 'quote:' else 'order:' end || id as known_as
    from exceptions
    where input in ('quote_prices', 'order_items')
),

named as (
    select
        coalesce(other_names.known_in, exceptions.input) as input,
        coalesce(other_names.known_as, exceptions.id) as id
    from exceptions
    left join other_names
        on
            exceptions.input = other_names.input
            and exceptions.id = other_names.id
),

reported as (
    select distinct prices.price_id
    from prices
    inner join named
        on
            (named.input = 'contract_prices' and prices.contract_price_uid = named.id)
            or (named.input = 'list_prices' and prices.list_price_uid = named.id)
            or (named.input = 'products' and prices.product_uid = named.id)
            or (named.input = 'contracts' and prices.contract_uid = named.id)
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
