{{ config(enabled=ratebook.has_feature('partners')) }}

with source as (
    select * from {{ ratebook.input_rows('partners') }}
),

renamed as (
    select
        -- the row
        {{ ratebook.common_cells('partners') }},
        -- ids
        {{ ratebook.cell('partners', 'durable_id') }},
        -- text
        {{ ratebook.cell('partners', 'name') }},
        {{ ratebook.cell('partners', 'kind') }}
    from source
)

select distinct *
from renamed
