with source as (
    select * from {{ ratebook.input_rows('customers') }}
),

renamed as (
    select
        -- the row
        {{ ratebook.common_cells('customers') }},
        -- ids
        {{ ratebook.cell('customers', 'durable_id') }},
        -- text
        {{ ratebook.cell('customers', 'name') }},
        {{ ratebook.cell('customers', 'billing_timezone') }},
        -- times
        {{ ratebook.cell('customers', 'effective_at') }},
        {{ ratebook.cell('customers', 'ineffective_at') }},
        {{ ratebook.cell('customers', 'archived_at') }}
    from source
)

select distinct *
from renamed
