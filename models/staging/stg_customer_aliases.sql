with source as (
    select * from {{ ratebook.input_rows('customer_aliases') }}
),

renamed as (
    select
        -- the row
        {{ ratebook.common_cells('customer_aliases') }},
        -- ids
        {{ ratebook.cell('customer_aliases', 'customer_id') }},
        -- text
        {{ ratebook.cell('customer_aliases', 'alias') }},
        -- times
        {{ ratebook.cell('customer_aliases', 'effective_at') }},
        {{ ratebook.cell('customer_aliases', 'ineffective_at') }},
        {{ ratebook.cell('customer_aliases', 'archived_at') }}
    from source
)

select distinct *
from renamed
