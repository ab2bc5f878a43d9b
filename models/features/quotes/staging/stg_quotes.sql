{%- set cells = ratebook.cells('quotes') -%}
{{ config(enabled=ratebook.has_feature('quotes')) }}

with source as (
    select * from {{ ratebook.input_rows('quotes') }}
),

renamed as (
    select
        -- the row
        {{ ratebook.common_cells('quotes') }},
        -- ids
        {{ cells.durable_id }} as durable_id,
        {{ cells.customer_id }} as customer_id,
        {{ cells.pricebook_id }} as pricebook_id,
        {{ cells.partner_id }} as partner_id,
        -- text
        {{ cells.prospect_name }} as prospect_name,
        {{ cells.currency }} as currency,
        {{ cells.billing_anchor }} as billing_anchor,
        {{ cells.state }} as state,
        {{ cells.msa_reference }} as msa_reference,
        {{ cells.channel }} as channel,
        {{ cells.renewal_pricing }} as renewal_pricing,
        -- numbers
        {{ cells.payment_terms_days }} as payment_terms_days,
        {{ cells.renewal_term_months }} as renewal_term_months,
        {{ cells.renewal_uplift_percent }} as renewal_uplift_percent,
        -- flags
        {{ cells.prorate }} as prorate,
        {{ cells.auto_renew }} as auto_renew,
        -- times
        {{ cells.started_at }} as started_at,
        {{ cells.ended_at }} as ended_at,
        {{ cells.sent_at }} as sent_at,
        {{ cells.expires_at }} as expires_at,
        {{ cells.accepted_at }} as accepted_at
    from source
)

select distinct *
from renamed
