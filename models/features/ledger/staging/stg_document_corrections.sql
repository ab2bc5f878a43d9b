{%- set cells = ratebook.cells('document_corrections') -%}
{{ config(enabled=ratebook.has_feature('ledger')) }}

with source as (
    select * from {{ ratebook.input_rows('document_corrections') }}
),

renamed as (
    select
        -- the row
        {{ ratebook.common_cells('document_corrections') }},
        -- ids
        {{ cells.document_number }} as document_number,
        -- text
        {{ cells.kind }} as kind,
        {{ cells.reason }} as reason
    from source
)

select distinct *
from renamed
