{{ config(enabled=ratebook.has_feature('entitlements')) }}

-- The time from the signature of a contract to the first grant of a product that it includes.
with signatures as (
    select * from {{ ref('ratebook', 'int_contract_origins') }}
    where signed_at <= {{ ratebook.as_of() }}
),

entitled as (
    select distinct
        rating_set,
        contract_id,
        customer_id,
        product_uid
    from {{ ref('ratebook', 'int_entitlement_windows') }}
),

grants as (
    select * from {{ ref('ratebook', 'int_grants') }}
    where is_in_effect and granted_at <= {{ ratebook.as_of() }}
),

first_grants as (
    select
        signatures.rating_set,
        signatures.contract_id,
        min(grants.granted_at) as first_granted_at
    from signatures
    inner join entitled
        on
            signatures.rating_set = entitled.rating_set
            and signatures.contract_id = entitled.contract_id
    inner join grants
        on
            entitled.rating_set = grants.rating_set
            and entitled.customer_id = grants.customer_id
            and entitled.product_uid = grants.product_uid
            and signatures.signed_at <= grants.granted_at
    group by signatures.rating_set, signatures.contract_id
)

select
    signatures.rating_set,
    signatures.contract_id,
    signatures.channel,
    signatures.signed_at,
    first_grants.first_granted_at,
    {{ ratebook.microseconds('first_grants.first_granted_at') }}
    - {{ ratebook.microseconds('signatures.signed_at') }} as onboarding_microseconds
from signatures
left join first_grants
    on
        signatures.rating_set = first_grants.rating_set
        and signatures.contract_id = first_grants.contract_id
