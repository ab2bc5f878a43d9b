{%- set cells = ratebook.cells('marketplace_private_offers') -%}
{{ config(enabled=ratebook.has_feature('marketplaces')) }}

with source as (
    select * from {{ ratebook.input_rows('marketplace_private_offers') }}
),

renamed as (
    select
        -- the row
        {{ ratebook.common_cells('marketplace_private_offers') }},
        -- ids
        {{ cells.durable_id }} as durable_id,
        {{ cells.customer_id }} as customer_id,
        {{ cells.pricebook_id }} as pricebook_id,
        -- text
        {{ cells.currency }} as currency,
        {{ cells.billing_anchor }} as billing_anchor,
        -- numbers
        {{ cells.payment_terms_days }} as payment_terms_days,
        -- flags
        {{ cells.prorate }} as prorate
    from source
)

select distinct *
from renamed
