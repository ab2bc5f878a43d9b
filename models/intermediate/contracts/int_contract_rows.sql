with contracts as (
    select * from {{ ref('ratebook', 'stg_contracts') }}
),

rows_in_force as (
    select * from {{ ref('ratebook', 'int_configuration_rows') }}
    where is_in_force and input = 'contracts'
)

select
    rows_in_force.rating_set,
    contracts.id as contract_uid,
    contracts.version,
    contracts.durable_id as contract_id,
    contracts.customer_id,
    contracts.pricebook_id,
    contracts.currency,
    contracts.billing_anchor,
    contracts.payment_terms_days,
    contracts.prorate,
    contracts.started_at,
    contracts.ended_at,
    contracts.effective_at,
    contracts.ineffective_at,
    contracts.archived_at,
    contracts.terminated_at,
    contracts.auto_renew,
    contracts.renewal_term_months,
    contracts.renewal_uplift_percent,
    contracts.signed_at,
    contracts.end_reason
from contracts
inner join rows_in_force
    on contracts.row_id = rows_in_force.row_id
where not coalesce(contracts.void, false)
