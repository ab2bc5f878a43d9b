{%- set cells = ratebook.cells('sellers') -%}
{{ config(enabled=ratebook.has_feature('ledger')) }}

with source as (
    select * from {{ ratebook.input_rows('sellers') }}
),

renamed as (
    select
        -- the row
        {{ ratebook.common_cells('sellers') }},
        -- ids
        {{ cells.durable_id }} as durable_id,
        -- text
        {%- for column in ratebook.ledger_party_columns('seller') %}
        {{ cells[column] }} as {{ column }},
        {%- endfor %}
        {{ cells.number_prefix }} as number_prefix,
        {{ cells.timezone }} as timezone
    from source
)

select distinct *
from renamed
