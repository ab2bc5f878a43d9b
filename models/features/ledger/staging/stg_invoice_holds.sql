{%- set cells = ratebook.cells('invoice_holds') -%}
{{ config(enabled=ratebook.has_feature('ledger')) }}

with source as (
    select * from {{ ratebook.input_rows('invoice_holds') }}
),

renamed as (
    select
        -- the row
        {{ ratebook.common_cells('invoice_holds') }},
        -- ids
        {{ cells.contract_id }} as contract_id,
        {{ cells.customer_id }} as customer_id,
        -- text
        {{ cells.reason }} as reason,
        -- times
        {{ cells.held_from }} as held_from,
        {{ cells.held_to }} as held_to
    from source
)

select distinct *
from renamed
