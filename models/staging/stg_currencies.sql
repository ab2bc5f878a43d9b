with source as (
    select * from {{ ratebook.input_rows('currencies') }}
),

renamed as (
    select
        -- the row
        {{ ratebook.common_cells('currencies') }},
        -- text
        {{ ratebook.cell('currencies', 'code') }},
        -- numbers
        {{ ratebook.cell('currencies', 'minor_units') }}
    from source
)

select distinct *
from renamed
