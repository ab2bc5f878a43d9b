with source as (
    select * from {{ ratebook.input_rows('contracts') }}
),

renamed as (
    select
        -- the row
        {{ ratebook.common_cells('contracts') }},
        -- ids
        {{ ratebook.cell('contracts', 'durable_id') }},
        {{ ratebook.cell('contracts', 'customer_id') }},
        {{ ratebook.cell('contracts', 'pricebook_id') }},
        -- text
        {{ ratebook.cell('contracts', 'currency') }},
        {{ ratebook.cell('contracts', 'billing_anchor') }},
        -- numbers
        {{ ratebook.cell('contracts', 'payment_terms_days') }},
        -- flags
        {{ ratebook.cell('contracts', 'prorate') }},
        {{ ratebook.cell('contracts', 'void') }},
        -- times
        {{ ratebook.cell('contracts', 'started_at') }},
        {{ ratebook.cell('contracts', 'ended_at') }},
        {{ ratebook.cell('contracts', 'effective_at') }},
        {{ ratebook.cell('contracts', 'ineffective_at') }},
        {{ ratebook.cell('contracts', 'voided_at') }},
        {{ ratebook.cell('contracts', 'archived_at') }}
    from source
)

select distinct *
from renamed
