{{ config(enabled=ratebook.has_feature('entitlements')) }}
-- Otherwise a customer sees more left than the entitlement, or less than nothing; or a remainder
-- where there is no limit or no meter.
select
    entitlement_id,
    quantity,
    used_quantity,
    left_quantity
from {{ ref('ratebook', 'entitlements') }}
where
    (
        (left_quantity is null) = (quantity is null or used_quantity is null)
        and coalesce(left_quantity between 0 and quantity, true)
        and (product_type = 'EVENT' or used_quantity is null)
    ) is not true
