{{ config(enabled=ratebook.has_feature('entitlements')) }}

select
    entitlement_id,
    customer_id,
    contract_id,
    product_uid,
    product_type,
    effective_at,
    nullif(ineffective_at, {{ ratebook.end_of_time() }}) as ineffective_at,
    quantity,
    period_started_at,
    period_ended_at,
    used_quantity,
    left_quantity
from {{ ref('ratebook', 'int_entitlements') }}
where rating_set = {{ ratebook.public_rating_set() }}
