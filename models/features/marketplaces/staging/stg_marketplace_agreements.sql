{%- set cells = ratebook.cells('marketplace_agreements') -%}
{{ config(enabled=ratebook.has_feature('marketplaces')) }}

with source as (
    select * from {{ ratebook.input_rows('marketplace_agreements') }}
),

renamed as (
    select
        -- the row
        {{ ratebook.common_cells('marketplace_agreements') }},
        -- ids
        {{ cells.durable_id }} as durable_id,
        {{ cells.listing_id }} as listing_id,
        {{ cells.customer_id }} as customer_id,
        {{ cells.buyer_id }} as buyer_id,
        {{ cells.resource_id }} as resource_id,
        {{ cells.plan_id }} as plan_id,
        {{ cells.pricebook_id }} as pricebook_id,
        {{ cells.offer_id }} as offer_id,
        {{ cells.replaces_agreement_id }} as replaces_agreement_id,
        {{ cells.partner_id }} as partner_id,
        -- text
        {{ cells.marketplace }} as marketplace,
        {{ cells.renewal_pricing }} as renewal_pricing,
        -- numbers
        {{ cells.renewal_term_months }} as renewal_term_months,
        {{ cells.renewal_uplift_percent }} as renewal_uplift_percent,
        -- flags
        {{ cells.auto_renew }} as auto_renew,
        -- times
        {{ cells.signed_at }} as signed_at,
        {{ cells.started_at }} as started_at,
        {{ cells.ended_at }} as ended_at,
        {{ cells.effective_at }} as effective_at
    from source
)

select distinct *
from renamed
