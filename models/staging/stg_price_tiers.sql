{%- set cells = ratebook.cells('price_tiers') -%}
with source as (
    select * from {{ ratebook.input_rows('price_tiers') }}
),

renamed as (
    select
        -- the row
        {{ ratebook.common_cells('price_tiers') }},
        -- ids
        {{ cells.list_price_uid }} as list_price_uid,
        {{ cells.contract_price_uid }} as contract_price_uid,
        {{ cells.cell_id }} as cell_id,
        -- numbers
        {{ cells.up_to }} as up_to,
        {{ cells.unit_price }} as unit_price,
        {{ cells.flat_amount }} as flat_amount
    from source
)

select distinct *
from renamed
