{{ config(enabled=ratebook.has_feature('quotes')) }}

with source as (
    select * from {{ ratebook.input_rows('order_items') }}
),

renamed as (
    select
        -- the row
        {{ ratebook.common_cells('order_items') }},
        -- ids
        {{ ratebook.cell('order_items', 'order_uid') }},
        {{ ratebook.cell('order_items', 'list_price_uid') }},
        {{ ratebook.cell('order_items', 'list_price_id') }},
        -- numbers
        {{ ratebook.cell('order_items', 'quantity') }}
    from source
)

select distinct *
from renamed
