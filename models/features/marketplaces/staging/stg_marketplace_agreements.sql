{{ config(enabled=ratebook.has_feature('marketplaces')) }}

with source as (
    select * from {{ ratebook.input_rows('marketplace_agreements') }}
),

renamed as (
    select
        -- the row
        {{ ratebook.common_cells('marketplace_agreements') }},
        -- ids
        {{ ratebook.cell('marketplace_agreements', 'durable_id') }},
        {{ ratebook.cell('marketplace_agreements', 'listing_id') }},
        {{ ratebook.cell('marketplace_agreements', 'customer_id') }},
        {{ ratebook.cell('marketplace_agreements', 'buyer_id') }},
        {{ ratebook.cell('marketplace_agreements', 'resource_id') }},
        {{ ratebook.cell('marketplace_agreements', 'plan_id') }},
        {{ ratebook.cell('marketplace_agreements', 'pricebook_id') }},
        {{ ratebook.cell('marketplace_agreements', 'offer_id') }},
        {{ ratebook.cell('marketplace_agreements', 'replaces_agreement_id') }},
        {{ ratebook.cell('marketplace_agreements', 'partner_id') }},
        -- text
        {{ ratebook.cell('marketplace_agreements', 'marketplace') }},
        {{ ratebook.cell('marketplace_agreements', 'renewal_pricing') }},
        -- numbers
        {{ ratebook.cell('marketplace_agreements', 'renewal_term_months') }},
        {{ ratebook.cell('marketplace_agreements', 'renewal_uplift_percent') }},
        -- flags
        {{ ratebook.cell('marketplace_agreements', 'auto_renew') }},
        -- times
        {{ ratebook.cell('marketplace_agreements', 'signed_at') }},
        {{ ratebook.cell('marketplace_agreements', 'started_at') }},
        {{ ratebook.cell('marketplace_agreements', 'ended_at') }},
        {{ ratebook.cell('marketplace_agreements', 'effective_at') }}
    from source
)

select distinct *
from renamed
