{%- set cells = ratebook.cells('partner_shares') -%}
{{ config(enabled=ratebook.has_feature('partners')) }}

with source as (
    select * from {{ ratebook.input_rows('partner_shares') }}
),

renamed as (
    select
        -- the row
        {{ ratebook.common_cells('partner_shares') }},
        -- ids
        {{ cells.partner_id }} as partner_id,
        {{ cells.product_uid }} as product_uid,
        -- text
        {{ cells.currency }} as currency,
        -- numbers
        {{ cells.share_percent }} as share_percent,
        {{ cells.share_amount }} as share_amount,
        -- times
        {{ cells.effective_at }} as effective_at,
        {{ cells.ineffective_at }} as ineffective_at
    from source
)

select distinct *
from renamed
