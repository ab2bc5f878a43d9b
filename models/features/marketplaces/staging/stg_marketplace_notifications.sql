{{ config(enabled=ratebook.has_feature('marketplaces')) }}

with source as (
    select * from {{ ratebook.input_rows('marketplace_notifications') }}
),

renamed as (
    select
        -- the row
        {{ ratebook.common_cells('marketplace_notifications') }},
        -- ids
        {{ ratebook.cell('marketplace_notifications', 'agreement_id') }},
        -- text
        {{ ratebook.cell('marketplace_notifications', 'notification') }},
        -- times
        {{ ratebook.cell('marketplace_notifications', 'occurred_at') }}
    from source
)

select distinct *
from renamed
