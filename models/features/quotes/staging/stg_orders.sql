{%- set cells = ratebook.cells('orders') -%}
{{ config(enabled=ratebook.has_feature('quotes')) }}

with source as (
    select * from {{ ratebook.input_rows('orders') }}
),

renamed as (
    select
        -- the row
        {{ ratebook.common_cells('orders') }},
        -- ids
        {{ cells.durable_id }} as durable_id,
        {{ cells.customer_id }} as customer_id,
        {{ cells.pricebook_id }} as pricebook_id,
        {{ cells.partner_id }} as partner_id,
        -- text
        {{ cells.currency }} as currency,
        {{ cells.billing_anchor }} as billing_anchor,
        {{ cells.state }} as state,
        -- numbers
        {{ cells.payment_terms_days }} as payment_terms_days,
        -- flags
        {{ cells.prorate }} as prorate,
        -- times
        {{ cells.started_at }} as started_at,
        {{ cells.ended_at }} as ended_at,
        {{ cells.checkout_started_at }} as checkout_started_at,
        {{ cells.paid_at }} as paid_at
    from source
)

select distinct *
from renamed
