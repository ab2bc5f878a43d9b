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
        max(case when state = 'ACTIVE' then 1 else 0 end) = 1 as has_begun,
        min(case when state = 'ENDED' then effective_at end) as ended_at
    from {{ ref('ratebook', 'int_marketplace_states') }}
    where state is not null
    group by rating_set, agreement_id
),

begun as (
    select
        agreements.*,
        states.ended_at as notified_end_at,
        {{ ratebook.instant_of('agreements.started_at', "'UTC'") }} as started_instant
    from agreements
    left join states
        on
            agreements.rating_set = states.rating_set
            and agreements.agreement_id = states.agreement_id
    where coalesce(states.has_begun, true)
),

replacements as (
    select
        rating_set,
        replaces_agreement_id as agreement_id,
        min(started_instant) as replaced_at
    from begun
    where replaces_agreement_id != agreement_id
    group by rating_set, replaces_agreement_id
),

signed as (
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
    begun.rating_set,
    begun.rating_set as configuration_set,
    'marketplace_agreements' as source,
    begun.agreement_uid as source_id,
    'agreement:' || begun.agreement_uid as contract_uid,
    begun.version,
    'agreement:' || begun.agreement_id as contract_id,
    begun.customer_id,
    begun.pricebook_id,
    begun.partner_id,
    begun.marketplace as billing_target,
    begun.agreement_id,
    begun.offer_id,
    begun.currency,
    begun.billing_anchor,
    begun.payment_terms_days,
    begun.prorate,
    begun.started_at,
    begun.ended_at,
    begun.effective_at,
    cast(null as varchar) as ineffective_at,
    cast(null as varchar) as archived_at,
    {{ ratebook.text_of_instant(
        'least(begun.notified_end_at, replacements.replaced_at)'
    ) }} as terminated_at,
    begun.auto_renew,
    begun.renewal_term_months,
    begun.renewal_uplift_percent,
    begun.signed_at,
    case
        when replacements.replaced_at <= coalesce(begun.notified_end_at, replacements.replaced_at)
            then 'REPLACED'
        when begun.notified_end_at is not null then 'CANCELLED'
    end as end_reason,
    'MARKETPLACE' as channel,
    cast(null as varchar) as quote_id,
    cast(null as varchar) as order_id
from begun
left join replacements
    on
        begun.rating_set = replacements.rating_set
        and begun.agreement_id = replacements.agreement_id
left join signed
    on
        begun.rating_set = signed.rating_set
        and begun.agreement_id = signed.agreement_id
where signed.agreement_id is null
