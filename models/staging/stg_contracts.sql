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
        {{ ratebook.cell('contracts', 'quote_id') }},
        {{ ratebook.cell('contracts', 'order_id') }},
        {{ ratebook.cell('contracts', 'agreement_id') }},
        {{ ratebook.cell('contracts', 'partner_id') }},
        -- text
        {{ ratebook.cell('contracts', 'currency') }},
        {{ ratebook.cell('contracts', 'billing_anchor') }},
        {{ ratebook.cell('contracts', 'msa_reference') }},
        {{ ratebook.cell('contracts', 'channel') }},
        {{ ratebook.cell('contracts', 'end_reason') }},
        {{ ratebook.cell('contracts', 'renewal_pricing') }},
        -- numbers
        {{ ratebook.cell('contracts', 'payment_terms_days') }},
        {{ ratebook.cell('contracts', 'renewal_term_months') }},
        {{ ratebook.cell('contracts', 'renewal_uplift_percent') }},
        {{ ratebook.cell('contracts', 'trial_days') }},
        -- flags
        {{ ratebook.cell('contracts', 'prorate') }},
        {{ ratebook.cell('contracts', 'void') }},
        {{ ratebook.cell('contracts', 'auto_renew') }},
        -- times
        {{ ratebook.cell('contracts', 'started_at') }},
        {{ ratebook.cell('contracts', 'ended_at') }},
        {{ ratebook.cell('contracts', 'effective_at') }},
        {{ ratebook.cell('contracts', 'ineffective_at') }},
        {{ ratebook.cell('contracts', 'voided_at') }},
        {{ ratebook.cell('contracts', 'archived_at') }},
        {{ ratebook.cell('contracts', 'signed_at') }},
        {{ ratebook.cell('contracts', 'terminated_at') }}
    from source
)

select distinct *
from renamed
