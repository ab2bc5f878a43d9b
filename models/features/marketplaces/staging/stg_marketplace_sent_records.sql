{{ config(enabled=ratebook.has_feature('marketplaces')) }}

with source as (
    select * from {{ ratebook.input_rows('marketplace_sent_records') }}
),

renamed as (
    select
        -- the row
        {{ ratebook.common_cells('marketplace_sent_records') }},
        -- ids
        {{ ratebook.cell('marketplace_sent_records', 'agreement_id') }},
        {{ ratebook.cell('marketplace_sent_records', 'batch_id') }},
        -- text
        {{ ratebook.cell('marketplace_sent_records', 'dimension') }},
        -- numbers
        {{ ratebook.cell('marketplace_sent_records', 'quantity') }},
        {{ ratebook.cell('marketplace_sent_records', 'product_quantity') }},
        -- times
        {{ ratebook.cell('marketplace_sent_records', 'metered_hour') }},
        {{ ratebook.cell('marketplace_sent_records', 'sent_at') }}
    from source
)

select distinct *
from renamed
