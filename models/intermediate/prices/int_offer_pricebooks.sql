{%- set kept = [
    'rating_set', 'configuration_set', 'contract_uid', 'contract_id', 'customer_id', 'pricebook_id',
    'billing_timezone', 'contract_started_at', 'contract_ended_at', 'renews_at',
    'contract_effective_at', 'contract_billing_anchor', 'contract_prorate',
    'contract_payment_terms_days', 'pricebook_uid', 'pricebook_invoice_delivery',
    'pricebook_invoice_schedule', 'pricebook_schedule_unit', 'pricebook_billing_anchor',
    'pricebook_prorate', 'pricebook_payment_terms_days', 'currency', 'currency_source',
    'is_currency_mismatch', 'payment_terms_kind', 'billing_target', 'is_unreadable',
] -%}
-- Contract rows with the pricebook rows from which they sell. A renewal at list prices has the
-- pricebook row that is in force when it begins, and keeps it to its end.
with contract_pricebooks as (
    select * from {{ ref('ratebook', 'int_contract_pricebooks') }}
),

renewals as (
    select * from {{ ref('ratebook', 'int_renewals') }}
    where is_at_list_prices
)

select
    {%- for column in kept %}
    {{ column }},
    {%- endfor %}
    cast(null as integer) as list_renewal_number,
    effective_at,
    ineffective_at
from contract_pricebooks
where not is_for_renewals
union all
select
    {%- for column in kept %}
    contract_pricebooks.{{ column }},
    {%- endfor %}
    renewals.renewal_number as list_renewal_number,
    renewals.effective_at,
    renewals.ineffective_at
from contract_pricebooks
inner join renewals
    on
        contract_pricebooks.rating_set = renewals.rating_set
        and contract_pricebooks.contract_uid = renewals.contract_uid
        and contract_pricebooks.effective_at <= renewals.effective_at
        and contract_pricebooks.ineffective_at > renewals.effective_at
where contract_pricebooks.is_for_renewals
