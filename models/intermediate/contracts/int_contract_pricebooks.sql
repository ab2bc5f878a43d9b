-- Contract rows pair with pricebook rows where their windows overlap. A contract row without a
-- pricebook has one row. It renews with the pricebook row that is in force when its term ends.
with contract_windows as (
    select * from {{ ref('ratebook', 'int_contract_windows') }}
    where is_in_effect
),

pricebook_windows as (
    select * from {{ ref('ratebook', 'int_pricebook_windows') }}
    where is_in_effect
)

select
    contract_windows.rating_set,
    contract_windows.configuration_set,
    contract_windows.contract_uid,
    contract_windows.contract_id,
    contract_windows.customer_id,
    contract_windows.pricebook_id,
    contract_windows.billing_timezone,
    contract_windows.contract_started_at,
    contract_windows.contract_ended_at,
    contract_windows.contract_renews_at,
    contract_windows.renews_at,
    contract_windows.effective_at as contract_effective_at,
    contract_windows.billing_anchor as contract_billing_anchor,
    contract_windows.prorate as contract_prorate,
    contract_windows.payment_terms_days as contract_payment_terms_days,
    pricebook_windows.pricebook_uid,
    pricebook_windows.invoice_delivery as pricebook_invoice_delivery,
    pricebook_windows.invoice_schedule as pricebook_invoice_schedule,
    pricebook_windows.billing_anchor as pricebook_billing_anchor,
    pricebook_windows.prorate as pricebook_prorate,
    pricebook_windows.payment_terms_days as pricebook_payment_terms_days,
    coalesce(
        contract_windows.currency, pricebook_windows.currency,
        {{ ratebook.text_literal(var('ratebook_currency')) }}
    ) as currency,
    contract_windows.currency != pricebook_windows.currency as is_currency_mismatch,
    coalesce(contract_windows.billing_target, pricebook_windows.billing_target)
        as billing_target,
    greatest(
        contract_windows.effective_at,
        coalesce(pricebook_windows.effective_at, contract_windows.effective_at)
    )
        as effective_at,
    case
        when
            pricebook_windows.ineffective_at
            < coalesce(contract_windows.renews_at, contract_windows.ineffective_at)
            then pricebook_windows.ineffective_at
        else contract_windows.ineffective_at
    end as ineffective_at
from contract_windows
left join pricebook_windows
    on
        contract_windows.configuration_set = pricebook_windows.rating_set
        and contract_windows.billing_timezone = pricebook_windows.billing_timezone
        and contract_windows.pricebook_id = pricebook_windows.pricebook_id
        and contract_windows.effective_at < pricebook_windows.ineffective_at
        and coalesce(contract_windows.renews_at, contract_windows.ineffective_at)
        > pricebook_windows.effective_at
where contract_windows.pricebook_id is null or pricebook_windows.pricebook_uid is not null
