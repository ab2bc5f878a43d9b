{{ config(enabled=ratebook.has_feature('marketplaces')) }}

select
    metering_record_id,
    agreement_id,
    contract_id,
    customer_id,
    marketplace,
    listing_id,
    buyer_id,
    resource_id,
    plan_id,
    dimension,
    product_uid,
    metered_hour,
    state,
    quantity,
    product_quantity,
    is_whole,
    accepted_quantity,
    rejected_quantity,
    metered_quantity,
    late_quantity,
    event_count,
    attempt_count,
    batch_id,
    sent_at,
    returned_at,
    status,
    coalesce(
        detail, case when state = 'pending' then missing_field || ' of the agreement is empty' end
    ) as detail,
    send_before_at,
    state = 'pending'
    and can_be_reported
    and missing_field is null
    and {{ ratebook.is_actual() }} as is_sendable,
    {{ ratebook.as_of() }} as created_at,
    nullif({{ ratebook.text_literal(var('ratebook_marketplace_outbox')) }}, '') as outbox
from {{ ref('ratebook', 'int_marketplace_records') }}
where
    rating_set = {{ ratebook.public_rating_set() }}
    and state is not null
