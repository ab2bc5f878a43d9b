-- From the signature of a contract to the first grant of a product that it owes. A quote is signed
-- when it is accepted, an order when it is paid.
with signed_rows as (
    select
        contract_rows.rating_set,
        contract_rows.contract_uid,
        contract_rows.contract_id,
        contracts.channel,
        contracts.signed_at
    from {{ ref('ratebook', 'int_contract_rows') }} as contract_rows
    inner join {{ ref('ratebook', 'int_configuration_rows') }} as rows_in_force
        on
            contract_rows.rating_set = rows_in_force.rating_set
            and contract_rows.contract_uid = rows_in_force.id
            and rows_in_force.input = 'contracts'
            and rows_in_force.is_in_force
    inner join {{ ref('ratebook', 'stg_contracts') }} as contracts
        on rows_in_force.row_id = contracts.row_id
    union all
    select
        rating_set,
        quote_set as contract_uid,
        contract_id,
        channel,
        accepted_at as signed_at
    from {{ ref('ratebook', 'int_quotes') }}
    where is_counting and is_accepted
    union all
    select
        rating_set,
        contract_uid,
        contract_id,
        'MARKETPLACE' as channel,
        signed_at
    from {{ ref('ratebook', 'int_marketplace_contracts') }}
),

contracts_in_effect as (
    select distinct
        rating_set,
        contract_id,
        billing_timezone
    from {{ ref('ratebook', 'int_contract_windows') }}
    where is_in_effect
),

signed as (
    select
        signed_rows.rating_set,
        signed_rows.contract_uid,
        signed_rows.contract_id,
        signed_rows.channel,
        {{ ratebook.instant_of(
            'signed_rows.signed_at', 'contracts_in_effect.billing_timezone'
        ) }} as signed_at
    from signed_rows
    inner join contracts_in_effect
        on
            signed_rows.rating_set = contracts_in_effect.rating_set
            and signed_rows.contract_id = contracts_in_effect.contract_id
    where signed_rows.signed_at is not null
),

-- Of several signatures the first one, and its channel.
signatures as (
    select
        *,
        row_number() over (
            partition by rating_set, contract_id
            order by signed_at, contract_uid
        ) as choice
    from signed
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
    where signatures.choice = 1
    group by signatures.rating_set, signatures.contract_id
)

select
    signatures.rating_set,
    signatures.contract_id,
    coalesce(signatures.channel, 'DIRECT') as channel,
    signatures.signed_at,
    first_grants.first_granted_at,
    {{ ratebook.microseconds('first_grants.first_granted_at') }}
    - {{ ratebook.microseconds('signatures.signed_at') }} as onboarding_microseconds
from signatures
left join first_grants
    on
        signatures.rating_set = first_grants.rating_set
        and signatures.contract_id = first_grants.contract_id
where signatures.choice = 1 and signatures.signed_at <= {{ ratebook.as_of() }}
