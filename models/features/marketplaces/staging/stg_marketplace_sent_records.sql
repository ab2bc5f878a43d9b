{%- set cells = ratebook.cells('marketplace_sent_records') -%}
{{ config(enabled=ratebook.has_feature('marketplaces')) }}

with source as (
    select * from {{ ratebook.input_rows('marketplace_sent_records') }}
),

renamed as (
    select
        -- the row
        {{ ratebook.common_cells('marketplace_sent_records') }},
        -- ids
        {{ cells.agreement_id }} as agreement_id,
        {{ cells.batch_id }} as batch_id,
        -- text
        {{ cells.dimension }} as dimension,
        -- numbers
        {{ cells.quantity }} as quantity,
        {{ cells.product_quantity }} as product_quantity,
        -- times
        {{ cells.metered_hour }} as metered_hour,
        {{ cells.sent_at }} as sent_at
    from source
)

select distinct *
from renamed
