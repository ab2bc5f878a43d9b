{%- set cells = ratebook.cells('entitlement_grants') -%}
{{ config(enabled=ratebook.has_feature('entitlements')) }}

with source as (
    select * from {{ ratebook.input_rows('entitlement_grants') }}
),

renamed as (
    select
        -- the row
        {{ ratebook.common_cells('entitlement_grants') }},
        -- ids
        {{ cells.customer_id }} as customer_id,
        {{ cells.product_uid }} as product_uid,
        -- numbers
        {{ cells.quantity }} as quantity,
        -- times
        {{ cells.granted_at }} as granted_at,
        {{ cells.revoked_at }} as revoked_at
    from source
)

select distinct *
from renamed
