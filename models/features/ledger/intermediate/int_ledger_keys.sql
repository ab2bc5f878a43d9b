{{ config(enabled=ratebook.has_feature('ledger')) }}

-- One row per key of the ledger that this build owes or that was said: what is owed now, what was
-- said, and what the candidates of the next closes will say. The rest is the difference, for keys
-- that are frozen or whose invoice is. The share of a partner in each is compared in the same way.
with lines as (
    select
        ledger_key,
        contract_id,
        customer_id,
        currency,
        invoice_id,
        case when status = 'FINALIZED' then amount else 0 end as now_amount,
        case when is_candidate or is_postponed then amount else 0 end as candidate_amount,
        case when status = 'FINALIZED' then coalesce(partner_share_amount, 0) else 0 end
            as now_share,
        case when is_candidate or is_postponed then coalesce(partner_share_amount, 0) else 0 end
            as candidate_share,
        status = 'DRAFT' or is_postponed as is_draft,
        is_of_frozen_invoice
    from {{ ref('ratebook', 'int_ledger_lines') }}
),

ledger as (
    select
        ledger_key,
        contract_id,
        customer_id,
        currency,
        invoice_id,
        amount as said_amount,
        coalesce(partner_share_amount, 0) as said_share,
        case when correction_kind = 'CANCEL' then -amount else 0 end as cancelled_amount
    from {{ ref('ratebook', 'int_ledger_said') }}
),

draft_invoices as (
    select distinct
        invoice_id,
        customer_id
    from lines
    where is_draft
),

amounts as (
    select
        ledger_key,
        contract_id,
        customer_id,
        currency,
        now_amount,
        candidate_amount,
        0 as said_amount,
        0 as cancelled_amount,
        now_share,
        now_share - candidate_share as share_difference,
        is_draft,
        false as is_frozen,
        is_of_frozen_invoice as is_compared
    from lines
    union all
    select
        ledger.ledger_key,
        ledger.contract_id,
        ledger.customer_id,
        ledger.currency,
        0 as now_amount,
        0 as candidate_amount,
        ledger.said_amount,
        ledger.cancelled_amount,
        0 as now_share,
        -ledger.said_share as share_difference,
        draft_invoices.invoice_id is not null as is_draft,
        true as is_frozen,
        true as is_compared
    from ledger
    left join draft_invoices
        on
            ledger.invoice_id = draft_invoices.invoice_id
            and ledger.customer_id = draft_invoices.customer_id
),

keys as (
    select
        ledger_key,
        contract_id,
        customer_id,
        currency,
        {%- for column in ['now', 'candidate', 'said', 'cancelled'] %}
        cast(sum({{ column }}_amount) as decimal(28, 8)) as {{ column }}_amount,
        {%- endfor %}
        cast(sum(now_share) as decimal(28, 8)) as now_share,
        cast(sum(share_difference) as decimal(28, 8)) as share_difference,
        max(case when is_draft then 1 else 0 end) = 1 as is_draft,
        max(case when is_frozen then 1 else 0 end) = 1 as is_frozen,
        max(case when is_compared then 1 else 0 end) = 1 as is_compared
    from amounts
    group by ledger_key, contract_id, customer_id, currency
)

select
    *,
    case when is_compared then now_amount - said_amount - candidate_amount else 0 end as difference
from keys
