{{ config(enabled=ratebook.has_feature('entitlements')) }}

select
    customer_id,
    product_uid,
    kind,
    effective_at,
    ineffective_at,
    owed_quantity,
    granted_quantity
from {{ ref('ratebook', 'int_entitlement_discrepancies') }}
where rating_set = {{ ratebook.public_rating_set() }}
