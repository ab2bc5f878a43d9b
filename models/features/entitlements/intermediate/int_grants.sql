{{ config(enabled=ratebook.has_feature('entitlements')) }}

with grants as (
    select * from {{ ref('ratebook', 'stg_entitlement_grants') }}
),

rows_in_force as (
    select * from {{ ref('ratebook', 'int_configuration_rows') }}
    where is_in_force and input = 'entitlement_grants'
),

resolved as (
    select
        rows_in_force.rating_set,
        rows_in_force.is_unreadable,
        grants.*
    from grants
    inner join rows_in_force
        on grants.row_id = rows_in_force.row_id
)

select
    rating_set,
    id as grant_uid,
    customer_id,
    product_uid,
    {{ ratebook.decimal_within('quantity', 12, 12, 0) }} as quantity,
    quantity is not null and {{ ratebook.decimal_within('quantity', 12, 12, 0) }} is null
        as is_out_of_range,
    granted_at,
    coalesce(revoked_at, {{ ratebook.end_of_time() }}) as revoked_at,
    coalesce(granted_at >= revoked_at, false) as is_empty,
    not is_unreadable
    and customer_id is not null
    and product_uid is not null
    and granted_at is not null
    and not coalesce(granted_at >= revoked_at, false)
    and not (
        quantity is not null and {{ ratebook.decimal_within('quantity', 12, 12, 0) }} is null
    ) as is_in_effect
from resolved
