{{ config(enabled=ratebook.has_feature('marketplaces')) }}

-- Agreements as contracts: those that have started and that no row of contracts names.
with agreements as (
    select * from {{ ref('ratebook', 'int_marketplace_agreements') }}
    where is_in_effect
),

states as (
    select
        rating_set,
        agreement_id,
        max(case when state = 'ACTIVE' then 1 else 0 end) = 1 as has_started,
        min(case when state = 'ENDED' then effective_at end) as ended_at
    from {{ ref('ratebook', 'int_marketplace_states') }}
    where state is not null
    group by rating_set, agreement_id
),

started as (
    select
        agreements.*,
        states.ended_at as notified_end_at,
        {{ ratebook.instant_of('agreements.started_at', "'UTC'") }} as started_instant
    from agreements
    left join states
        on
            agreements.rating_set = states.rating_set
            and agreements.agreement_id = states.agreement_id
    where coalesce(states.has_started, true)
),

replacements as (
    select
        rating_set,
        replaces_agreement_id as agreement_id,
        min(started_instant) as replaced_at
    from started
    where replaces_agreement_id != agreement_id
    group by rating_set, replaces_agreement_id
),

named_by_contracts as (
    select distinct
        rows_in_force.rating_set,
        contracts.agreement_id
    from {{ ref('ratebook', 'stg_contracts') }} as contracts
    inner join {{ ref('ratebook', 'int_configuration_rows') }} as rows_in_force
        on
            contracts.row_id = rows_in_force.row_id
            and rows_in_force.input = 'contracts'
            and rows_in_force.is_in_force
    where not coalesce(contracts.void, false)
)

select
    started.rating_set,
    started.rating_set as configuration_set,
    'marketplace_agreements' as source,
    started.agreement_uid as source_id,
    'agreement:' || started.agreement_uid as contract_uid,
    started.version,
    'agreement:' || started.agreement_id as contract_id,
    started.customer_id,
    started.pricebook_id,
    started.partner_id,
    started.marketplace as billing_target,
    started.agreement_id,
    started.offer_id,
    started.currency,
    started.billing_anchor,
    started.payment_terms_days,
    cast(null as varchar) as payment_terms_kind,
    started.prorate,
    started.started_at,
    started.ended_at,
    started.effective_at,
    cast(null as varchar) as ineffective_at,
    cast(null as varchar) as archived_at,
    {{ ratebook.text_of_instant(
        'least(started.notified_end_at, replacements.replaced_at)'
    ) }} as terminated_at,
    started.auto_renew,
    started.renewal_term_months,
    started.renewal_uplift_percent,
    started.renewal_pricing,
    cast(null as integer) as trial_days,
    started.signed_at,
    case
        when replacements.replaced_at <= coalesce(started.notified_end_at, replacements.replaced_at)
            then 'REPLACED'
        when started.notified_end_at is not null then 'CANCELLED'
    end as end_reason,
    'MARKETPLACE' as channel,
    cast(null as varchar) as quote_id,
    cast(null as varchar) as order_id,
    started.is_unreadable,
    started.has_unreadable_start
from started
left join replacements
    on
        started.rating_set = replacements.rating_set
        and started.agreement_id = replacements.agreement_id
left join named_by_contracts
    on
        started.rating_set = named_by_contracts.rating_set
        and started.agreement_id = named_by_contracts.agreement_id
where named_by_contracts.agreement_id is null
