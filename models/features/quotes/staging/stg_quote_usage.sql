{%- set cells = ratebook.cells('quote_usage') -%}
{{ config(enabled=ratebook.has_feature('quotes')) }}

with source as (
    select * from {{ ratebook.input_rows('quote_usage') }}
),

renamed as (
    select
        -- the row
        {{ ratebook.common_cells('quote_usage') }},
        -- ids
        {{ cells.quote_id }} as quote_id,
        {{ cells.product_uid }} as product_uid,
        -- numbers
        {{ cells.quantity }} as quantity,
        -- times
        {{ cells.nominal_start_date }} as nominal_start_date
    from source
)

select distinct *
from renamed
