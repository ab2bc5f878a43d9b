{{ config(enabled=ratebook.has_feature('partners')) }}

with source as (
    select * from {{ ratebook.input_rows('partner_shares') }}
),

renamed as (
    select
        -- the row
        {{ ratebook.common_cells('partner_shares') }},
        -- ids
        {{ ratebook.cell('partner_shares', 'partner_id') }},
        {{ ratebook.cell('partner_shares', 'product_uid') }},
        -- text
        {{ ratebook.cell('partner_shares', 'currency') }},
        -- numbers
        {{ ratebook.cell('partner_shares', 'share_percent') }},
        {{ ratebook.cell('partner_shares', 'share_amount') }},
        -- times
        {{ ratebook.cell('partner_shares', 'effective_at') }},
        {{ ratebook.cell('partner_shares', 'ineffective_at') }}
    from source
)

select distinct *
from renamed
