{%- set cells = ratebook.cells('ledger_opening') -%}
{{ config(enabled=ratebook.has_feature('ledger')) }}

with source as (
    select * from {{ ratebook.input_rows('ledger_opening') }}
),

renamed as (
    select
        -- the row
        {{ ratebook.common_cells('ledger_opening') }},
        -- ids
        {{ cells.contract_id }} as contract_id,
        {{ cells.product_uid }} as product_uid,
        {{ cells.cell_id }} as cell_id,
        {{ cells.payer_id }} as payer_id,
        -- text
        {{ cells.line_type }} as line_type,
        {{ cells.document_number }} as document_number,
        {{ cells.currency }} as currency,
        -- numbers
        {{ cells.net_amount }} as net_amount,
        {{ cells.tax_amount }} as tax_amount,
        -- times
        {{ cells.nominal_start_date }} as nominal_start_date
    from source
)

select distinct *
from renamed
