{{ config(enabled=ratebook.has_feature('marketplaces')) }}

-- The usage that must be reported for each agreement: the products for which its listing has a
-- dimension, in the public rating set. An agreement without a contract may already have sent
-- records.
with contracts as (
    select
        rating_set,
        agreement_id,
        contract_id,
        min(effective_at) over rows_of_agreement as agreement_started_at,
        max(ineffective_at) over rows_of_agreement as agreement_ended_at,
        contract_ended_at,
        row_number() over (
            partition by rating_set, agreement_id
            order by contract_id asc, effective_at desc, contract_uid desc
        ) as choice
    from {{ ref('ratebook', 'int_contract_windows') }}
    where is_in_effect and agreement_id is not null
    window rows_of_agreement as (partition by rating_set, agreement_id, contract_id)
),

agreements as (
    select * from {{ ref('ratebook', 'int_marketplace_agreements') }}
    where is_current and rating_set = {{ ratebook.public_rating_set() }}
),

listings as (
    select * from {{ ref('ratebook', 'int_marketplace_listings') }}
    where is_in_effect
)

select
    agreements.rating_set,
    agreements.agreement_id,
    contracts.contract_id,
    contracts.agreement_started_at,
    contracts.agreement_ended_at,
    contracts.contract_ended_at,
    agreements.customer_id,
    agreements.marketplace,
    listings.dimension,
    listings.product_uid,
    listings.unit_factor,
    listings.is_whole,
    listings.late_usage,
    listings.maximum_age_hours,
    listings.month_close_hours,
    listings.maximum_quantity
from agreements
inner join listings
    on
        agreements.rating_set = listings.rating_set
        and agreements.marketplace = listings.marketplace
        and agreements.listing_id = listings.listing_id
left join contracts
    on
        agreements.rating_set = contracts.rating_set
        and agreements.agreement_id = contracts.agreement_id
        and contracts.choice = 1
