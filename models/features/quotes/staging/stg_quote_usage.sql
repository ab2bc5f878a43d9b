{{ config(enabled=ratebook.has_feature('quotes')) }}

with source as (
    select * from {{ ratebook.input_rows('quote_usage') }}
),

renamed as (
    select
        -- the row
        {{ ratebook.common_cells('quote_usage') }},
        -- ids
        {{ ratebook.cell('quote_usage', 'quote_id') }},
        {{ ratebook.cell('quote_usage', 'product_uid') }},
        -- numbers
        {{ ratebook.cell('quote_usage', 'quantity') }},
        -- times
        {{ ratebook.cell('quote_usage', 'nominal_start_date') }}
    from source
)

select distinct *
from renamed
