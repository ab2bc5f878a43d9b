{%- set cells = ratebook.cells('order_items') -%}
{{ config(enabled=ratebook.has_feature('quotes')) }}

with source as (
    select * from {{ ratebook.input_rows('order_items') }}
),

renamed as (
    select
        -- the row
        {{ ratebook.common_cells('order_items') }},
        -- ids
        {{ cells.order_uid }} as order_uid,
        {{ cells.list_price_uid }} as list_price_uid,
        {{ cells.list_price_id }} as list_price_id,
        -- numbers
        {{ cells.quantity }} as quantity
    from source
)

select distinct *
from renamed
