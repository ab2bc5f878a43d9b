{%- set cells = ratebook.cells('payments') -%}
{{ config(enabled=ratebook.has_feature('ledger')) }}

with source as (
    select * from {{ ratebook.input_rows('payments') }}
),

renamed as (
    select
        -- the row
        {{ ratebook.common_cells('payments') }},
        -- ids
        {{ cells.document_number }} as document_number,
        -- text
        {{ cells.kind }} as kind,
        {{ cells.currency }} as currency,
        {{ cells.reference }} as reference,
        -- numbers
        {{ cells.amount }} as amount,
        -- times
        {{ cells.paid_at }} as paid_at
    from source
)

select distinct *
from renamed
