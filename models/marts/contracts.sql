select
    contract_id,
    customer_id,
    customer_name,
    channel,
    state,
    pricebook_id,
    currency,
    billing_timezone,
    billing_target,
    is_shadow,
    partner_id,
    quote_id,
    order_id,
    agreement_id,
    signed_at,
    started_at,
    nullif(ended_at, {{ ratebook.end_of_time() }}) as ended_at,
    renews_at,
    auto_renew,
    cast(amendment_count as integer) as amendment_count
from {{ ref('ratebook', 'int_contracts') }}
where rating_set = {{ ratebook.public_rating_set() }}
