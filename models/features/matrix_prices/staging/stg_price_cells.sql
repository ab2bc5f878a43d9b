{%- set cells = ratebook.cells('price_cells') -%}
{{ config(enabled=ratebook.has_feature('matrix_prices')) }}

with source as (
    select * from {{ ratebook.input_rows('price_cells') }}
),

renamed as (
    select
        -- the row
        {{ ratebook.common_cells('price_cells') }},
        -- ids
        {{ cells.list_price_uid }} as list_price_uid,
        {{ cells.contract_price_uid }} as contract_price_uid,
        {{ cells.cell_id }} as cell_id,
        -- text
        {{ cells.cell_values }} as cell_values,
        {{ cells.charge_model }} as charge_model,
        -- numbers
        {{ cells.price }} as price,
        {{ cells.package_size }} as package_size,
        {{ cells.percent_rate }} as percent_rate,
        {{ cells.fixed_amount }} as fixed_amount,
        {{ cells.event_minimum }} as event_minimum,
        {{ cells.event_maximum }} as event_maximum
    from source
)

select distinct *
from renamed
