select
    contracts.contract_id,
    contracts.customer_id,
    contracts.customer_name,
    contracts.channel,
    contracts.state,
    contracts.pricebook_id,
    contracts.currency,
    contracts.billing_timezone,
    contracts.billing_target,
    contracts.is_shadow,
    contracts.partner_id,
    contracts.quote_id,
    contracts.order_id,
    contracts.agreement_id,
    contracts.signed_at,
    contracts.started_at,
    nullif(contracts.ended_at, {{ ratebook.end_of_time() }}) as ended_at,
    next_renewals.renews_at,
    contracts.auto_renew,
    cast(contracts.amendment_count as integer) as amendment_count
from {{ ref('ratebook', 'int_contracts') }} as contracts
left join {{ ref('ratebook', 'int_next_renewals') }} as next_renewals
    on
        contracts.rating_set = next_renewals.rating_set
        and contracts.contract_id = next_renewals.contract_id
where contracts.rating_set = {{ ratebook.public_rating_set() }}
