{{ config(enabled=ratebook.has_feature('entitlements')) }}

with source as (
    select * from {{ ratebook.input_rows('entitlement_grants') }}
),

renamed as (
    select
        -- the row
        {{ ratebook.common_cells('entitlement_grants') }},
        -- ids
        {{ ratebook.cell('entitlement_grants', 'customer_id') }},
        {{ ratebook.cell('entitlement_grants', 'product_uid') }},
        -- numbers
        {{ ratebook.cell('entitlement_grants', 'quantity') }},
        -- times
        {{ ratebook.cell('entitlement_grants', 'granted_at') }},
        {{ ratebook.cell('entitlement_grants', 'revoked_at') }}
    from source
)

select distinct *
from renamed
