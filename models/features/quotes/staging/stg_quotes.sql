{{ config(enabled=ratebook.has_feature('quotes')) }}

with source as (
    select * from {{ ratebook.input_rows('quotes') }}
),

renamed as (
    select
        -- the row
        {{ ratebook.common_cells('quotes') }},
        -- ids
        {{ ratebook.cell('quotes', 'durable_id') }},
        {{ ratebook.cell('quotes', 'customer_id') }},
        {{ ratebook.cell('quotes', 'pricebook_id') }},
        {{ ratebook.cell('quotes', 'partner_id') }},
        -- text
        {{ ratebook.cell('quotes', 'prospect_name') }},
        {{ ratebook.cell('quotes', 'currency') }},
        {{ ratebook.cell('quotes', 'billing_anchor') }},
        {{ ratebook.cell('quotes', 'state') }},
        {{ ratebook.cell('quotes', 'msa_reference') }},
        {{ ratebook.cell('quotes', 'channel') }},
        {{ ratebook.cell('quotes', 'renewal_pricing') }},
        -- numbers
        {{ ratebook.cell('quotes', 'payment_terms_days') }},
        {{ ratebook.cell('quotes', 'renewal_term_months') }},
        {{ ratebook.cell('quotes', 'renewal_uplift_percent') }},
        -- flags
        {{ ratebook.cell('quotes', 'prorate') }},
        {{ ratebook.cell('quotes', 'auto_renew') }},
        -- times
        {{ ratebook.cell('quotes', 'started_at') }},
        {{ ratebook.cell('quotes', 'ended_at') }},
        {{ ratebook.cell('quotes', 'sent_at') }},
        {{ ratebook.cell('quotes', 'expires_at') }},
        {{ ratebook.cell('quotes', 'accepted_at') }}
    from source
)

select distinct *
from renamed
