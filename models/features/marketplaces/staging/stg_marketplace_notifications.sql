{%- set cells = ratebook.cells('marketplace_notifications') -%}
{{ config(enabled=ratebook.has_feature('marketplaces')) }}

with source as (
    select * from {{ ratebook.input_rows('marketplace_notifications') }}
),

renamed as (
    select
        -- the row
        {{ ratebook.common_cells('marketplace_notifications') }},
        -- ids
        {{ cells.agreement_id }} as agreement_id,
        -- text
        {{ cells.notification }} as notification,
        -- times
        {{ cells.occurred_at }} as occurred_at
    from source
)

select distinct *
from renamed
