-- Contract rows pair with pricebook rows where their windows overlap. A contract row without a
-- pricebook has one row. It renews with the pricebook row that is in force when its term ends, or,
-- at list prices, with those in force when its renewals begin: these are rows of their own.
with contract_windows as (
    select
        *,
        coalesce(renewal_pricing = 'LIST', false)
        and pricebook_id is not null
        and renews_at is not null as is_renewed_at_list_prices
    from {{ ref('ratebook', 'int_contract_windows') }}
    where is_in_effect
),

parts as (
    select
        *,
        false as is_for_renewals,
        effective_at as part_effective_at,
        case when is_renewed_at_list_prices then renews_at else ineffective_at end
            as part_ineffective_at,
        coalesce(renews_at, ineffective_at) as last_pricebook_at
    from contract_windows
    union all
    select
        *,
        true as is_for_renewals,
        renews_at as part_effective_at,
        ineffective_at as part_ineffective_at,
        ineffective_at as last_pricebook_at
    from contract_windows
    where is_renewed_at_list_prices
),

pricebook_windows as (
    select * from {{ ref('ratebook', 'int_pricebook_windows') }}
    where is_in_effect
)

select
    parts.rating_set,
    parts.configuration_set,
    parts.contract_uid,
    parts.contract_id,
    parts.customer_id,
    parts.pricebook_id,
    parts.billing_timezone,
    parts.contract_started_at,
    parts.contract_ended_at,
    parts.renews_at,
    parts.effective_at as contract_effective_at,
    parts.billing_anchor as contract_billing_anchor,
    parts.prorate as contract_prorate,
    parts.payment_terms_days as contract_payment_terms_days,
    parts.is_for_renewals,
    parts.is_blocked
    or coalesce(trials.is_out_of_range, false)
    or coalesce(pricebook_windows.is_unreadable, false) as is_unreadable,
    {{ ratebook.source_of([
        ('contract', 'parts.currency'), ('pricebook', 'pricebook_windows.currency'),
    ], 'default') }} as currency_source,
    pricebook_windows.pricebook_uid,
    pricebook_windows.invoice_delivery as pricebook_invoice_delivery,
    pricebook_windows.invoice_schedule as pricebook_invoice_schedule,
    pricebook_windows.schedule_unit as pricebook_schedule_unit,
    pricebook_windows.billing_anchor as pricebook_billing_anchor,
    pricebook_windows.prorate as pricebook_prorate,
    pricebook_windows.payment_terms_days as pricebook_payment_terms_days,
    coalesce(
        parts.currency, pricebook_windows.currency,
        {{ ratebook.text_literal(var('ratebook_currency')) }}
    ) as currency,
    parts.currency != pricebook_windows.currency as is_currency_mismatch,
    coalesce(parts.payment_terms_kind, pricebook_windows.payment_terms_kind, 'NET')
        as payment_terms_kind,
    coalesce(parts.billing_target, pricebook_windows.billing_target) as billing_target,
    greatest(
        parts.part_effective_at, coalesce(pricebook_windows.effective_at, parts.part_effective_at)
    ) as effective_at,
    case
        when pricebook_windows.ineffective_at < parts.last_pricebook_at
            then pricebook_windows.ineffective_at
        else parts.part_ineffective_at
    end as ineffective_at
from parts
left join pricebook_windows
    on
        parts.configuration_set = pricebook_windows.rating_set
        and parts.billing_timezone = pricebook_windows.billing_timezone
        and parts.pricebook_id = pricebook_windows.pricebook_id
        and parts.part_effective_at < pricebook_windows.ineffective_at
        and parts.last_pricebook_at > pricebook_windows.effective_at
left join {{ ref('ratebook', 'int_contract_trials') }} as trials
    on
        parts.rating_set = trials.rating_set
        and parts.contract_id = trials.contract_id
where parts.pricebook_id is null or pricebook_windows.pricebook_uid is not null
