{%- set cells = ratebook.cells('customers') -%}
with source as (
    select * from {{ ratebook.input_rows('customers') }}
),

renamed as (
    select
        -- the row
        {{ ratebook.common_cells('customers') }},
        -- ids
        {{ cells.durable_id }} as durable_id,
        {{ cells.seller_id }} as seller_id,
        -- text
        {{ cells.name }} as name,
        {{ cells.billing_timezone }} as billing_timezone,
        {%- for column in ratebook.ledger_input_columns('customers') %}
        {{ cells[column] }} as {{ column }},
        {%- endfor %}
        -- times
        {{ cells.effective_at }} as effective_at,
        {{ cells.ineffective_at }} as ineffective_at,
        {{ cells.archived_at }} as archived_at
    from source
)

select distinct *
from renamed
