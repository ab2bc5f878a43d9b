{{ config(enabled=ratebook.has_feature('quotes')) }}

with source as (
    select * from {{ ratebook.input_rows('orders') }}
),

renamed as (
    select
        -- the row
        {{ ratebook.common_cells('orders') }},
        -- ids
        {{ ratebook.cell('orders', 'durable_id') }},
        {{ ratebook.cell('orders', 'customer_id') }},
        {{ ratebook.cell('orders', 'pricebook_id') }},
        {{ ratebook.cell('orders', 'partner_id') }},
        -- text
        {{ ratebook.cell('orders', 'currency') }},
        {{ ratebook.cell('orders', 'billing_anchor') }},
        {{ ratebook.cell('orders', 'state') }},
        -- numbers
        {{ ratebook.cell('orders', 'payment_terms_days') }},
        -- flags
        {{ ratebook.cell('orders', 'prorate') }},
        -- times
        {{ ratebook.cell('orders', 'started_at') }},
        {{ ratebook.cell('orders', 'ended_at') }},
        {{ ratebook.cell('orders', 'checkout_started_at') }},
        {{ ratebook.cell('orders', 'paid_at') }}
    from source
)

select distinct *
from renamed
