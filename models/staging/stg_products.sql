with source as (
    select * from {{ ratebook.input_rows('products') }}
),

renamed as (
    select
        -- the row
        {{ ratebook.common_cells('products') }},
        -- text
        {{ ratebook.cell('products', 'name') }},
        {{ ratebook.cell('products', 'ptype') }},
        {{ ratebook.cell('products', 'event_name') }},
        {{ ratebook.cell('products', 'agg_property') }},
        {{ ratebook.cell('products', 'aggregation') }},
        {{ ratebook.cell('products', 'unit_name') }},
        -- times
        {{ ratebook.cell('products', 'archived_at') }}
    from source
)

select distinct *
from renamed
