{{ config(enabled=ratebook.has_feature('marketplaces')) }}

select
    agreement_id,
    contract_id,
    customer_id,
    marketplace,
    listing_id,
    dimension,
    product_uid,
    metered_month,
    currency,
    event_count,
    metered_quantity,
    sent_quantity,
    accepted_quantity,
    pending_quantity,
    late_quantity,
    rejected_quantity,
    carried_in_quantity,
    carried_out_quantity,
    rated_amount,
    sent_amount,
    cast(rated_amount - sent_amount as decimal(28, 8)) as difference_amount,
    fee_amount,
    cast(sent_amount - fee_amount as decimal(28, 8)) as net_amount
from {{ ref('ratebook', 'int_marketplace_reconciliation') }}
where rating_set = {{ ratebook.public_rating_set() }}
