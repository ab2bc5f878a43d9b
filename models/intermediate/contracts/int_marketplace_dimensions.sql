-- What a marketplace must be told of each agreement: the products of its contract that its listing
-- has a dimension for, in the set that is shown.
with contracts as (
    select
        rating_set,
        agreement_id,
        contract_id,
        customer_id,
        row_number() over (
            partition by rating_set, agreement_id
            order by contract_id asc, effective_at desc, contract_uid desc
        ) as choice
    from {{ ref('ratebook', 'int_contract_windows') }}
    where
        is_in_effect
        and agreement_id is not null
        and rating_set = {{ ratebook.public_rating_set() }}
),

agreements as (
    select * from {{ ref('ratebook', 'int_marketplace_agreements') }}
    where is_deciding
),

listings as (
    select * from {{ ref('ratebook', 'int_marketplace_listings') }}
    where is_in_effect
)

select
    contracts.rating_set,
    contracts.agreement_id,
    contracts.contract_id,
    contracts.customer_id,
    agreements.marketplace,
    listings.dimension,
    listings.product_uid,
    listings.unit_factor,
    listings.is_whole,
    listings.late_usage,
    listings.maximum_age_hours,
    listings.maximum_quantity
from contracts
inner join agreements
    on
        contracts.rating_set = agreements.rating_set
        and contracts.agreement_id = agreements.agreement_id
inner join listings
    on
        agreements.rating_set = listings.rating_set
        and agreements.marketplace = listings.marketplace
        and agreements.listing_id = listings.listing_id
where contracts.choice = 1
