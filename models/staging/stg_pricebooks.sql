with source as (
    select * from {{ ratebook.input_rows('pricebooks') }}
),

renamed as (
    select
        -- the row
        {{ ratebook.common_cells('pricebooks') }},
        -- ids
        {{ ratebook.cell('pricebooks', 'durable_id') }},
        -- text
        {{ ratebook.cell('pricebooks', 'name') }},
        {{ ratebook.cell('pricebooks', 'currency') }},
        {{ ratebook.cell('pricebooks', 'invoice_delivery') }},
        {{ ratebook.cell('pricebooks', 'schedule_unit') }},
        {{ ratebook.cell('pricebooks', 'billing_anchor') }},
        {{ ratebook.cell('pricebooks', 'billing_target') }},
        -- numbers
        {{ ratebook.cell('pricebooks', 'invoice_schedule') }},
        {{ ratebook.cell('pricebooks', 'payment_terms_days') }},
        {{ ratebook.cell('pricebooks', 'maximum_discount_percent') }},
        {{ ratebook.cell('pricebooks', 'minimum_term_months') }},
        -- flags
        {{ ratebook.cell('pricebooks', 'prorate') }},
        -- times
        {{ ratebook.cell('pricebooks', 'effective_at') }},
        {{ ratebook.cell('pricebooks', 'ineffective_at') }},
        {{ ratebook.cell('pricebooks', 'archived_at') }}
    from source
)

select distinct *
from renamed
