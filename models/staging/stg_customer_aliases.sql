{%- set cells = ratebook.cells('customer_aliases') -%}
with source as (
    select * from {{ ratebook.input_rows('customer_aliases') }}
),

renamed as (
    select
        -- the row
        {{ ratebook.common_cells('customer_aliases') }},
        -- ids
        {{ cells.customer_id }} as customer_id,
        -- text
        {{ cells.alias }} as alias,
        -- times
        {{ cells.effective_at }} as effective_at,
        {{ cells.ineffective_at }} as ineffective_at,
        {{ cells.archived_at }} as archived_at
    from source
)

select distinct *
from renamed
