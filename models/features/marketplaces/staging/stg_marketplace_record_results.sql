{{ config(enabled=ratebook.has_feature('marketplaces')) }}

with source as (
    select * from {{ ratebook.input_rows('marketplace_record_results') }}
),

renamed as (
    select
        -- the row
        {{ ratebook.common_cells('marketplace_record_results') }},
        -- ids
        {{ ratebook.cell('marketplace_record_results', 'record_id') }},
        -- text
        {{ ratebook.cell('marketplace_record_results', 'status') }},
        {{ ratebook.cell('marketplace_record_results', 'detail') }},
        -- numbers
        {{ ratebook.cell('marketplace_record_results', 'accepted_quantity') }},
        -- times
        {{ ratebook.cell('marketplace_record_results', 'returned_at') }}
    from source
)

select distinct *
from renamed
