-- Contract rows, quotes and orders as the contracts that they would be, and agreements of
-- marketplaces as the contracts that they are.
with contracts as (
    select * from {{ ref('ratebook', 'stg_contracts') }}
),

rows_in_force as (
    select * from {{ ref('ratebook', 'int_configuration_rows') }}
    where is_in_force and input = 'contracts'
),

agreements as (
    select * from {{ ref('ratebook', 'int_marketplace_agreements') }}
    where is_deciding
)

select
    rows_in_force.rating_set,
    contracts.id as contract_uid,
    contracts.version,
    contracts.durable_id as contract_id,
    contracts.customer_id,
    contracts.pricebook_id,
    contracts.partner_id,
    -- The pricebook says it, unless a marketplace bills the contract.
    agreements.marketplace as billing_target,
    agreements.agreement_id,
    false as is_mirrored,
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
    contracts.end_reason,
    contracts.channel,
    contracts.quote_id,
    contracts.order_id
from contracts
inner join rows_in_force
    on contracts.row_id = rows_in_force.row_id
left join agreements
    on
        rows_in_force.rating_set = agreements.rating_set
        and contracts.agreement_id = agreements.agreement_id
where
    not coalesce(contracts.void, false)
    and not {{ ratebook.is_reserved('contracts.id') }}
    and not {{ ratebook.is_reserved('contracts.durable_id') }}
union all
select
    rating_set,
    contract_uid,
    version,
    contract_id,
    customer_id,
    pricebook_id,
    partner_id,
    cast(null as varchar) as billing_target,
    cast(null as varchar) as agreement_id,
    false as is_mirrored,
    currency,
    billing_anchor,
    payment_terms_days,
    prorate,
    started_at,
    ended_at,
    -- A change of plan holds from its own start.
    started_at as effective_at,
    cast(null as varchar) as ineffective_at,
    cast(null as varchar) as archived_at,
    cast(null as varchar) as terminated_at,
    auto_renew,
    renewal_term_months,
    renewal_uplift_percent,
    accepted_at as signed_at,
    cast(null as varchar) as end_reason,
    channel,
    case when input = 'quotes' then quote_id end as quote_id,
    case when input = 'orders' then substr(contract_id, length('order:') + 1) end as order_id
from {{ ref('ratebook', 'int_quote_contracts') }}
union all
select
    rating_set,
    contract_uid,
    version,
    contract_id,
    customer_id,
    pricebook_id,
    partner_id,
    billing_target,
    agreement_id,
    true as is_mirrored,
    currency,
    billing_anchor,
    payment_terms_days,
    prorate,
    started_at,
    ended_at,
    effective_at,
    cast(null as varchar) as ineffective_at,
    cast(null as varchar) as archived_at,
    terminated_at,
    auto_renew,
    renewal_term_months,
    renewal_uplift_percent,
    signed_at,
    end_reason,
    'MARKETPLACE' as channel,
    cast(null as varchar) as quote_id,
    cast(null as varchar) as order_id
from {{ ref('ratebook', 'int_marketplace_contracts') }}
