{{ config(enabled=ratebook.has_feature('ledger')) }}

-- The documents of the ledger as this run has found it, with what is left of them after credits.
with placed as (
    select
        document_id,
        sum(amount) as amount_left
    from {{ ref('ratebook', 'int_ledger_places') }}
    group by document_id
)

select
    ledger.document_id,
    ledger.document_position,
    ledger.document_type,
    ledger.document_number,
    ledger.document_series,
    ledger.document_sequence,
    ledger.document_date,
    ledger.seller_id,
    ledger.billing_target,
    ledger.payment_terms_days,
    ledger.close_number,
    max(coalesce(placed.amount_left, 0)) as amount_left
from {{ ref('ratebook', 'int_ledger_before') }} as ledger
left join placed
    on ledger.document_id = placed.document_id
group by
    ledger.document_id,
    ledger.document_position,
    ledger.document_type,
    ledger.document_number,
    ledger.document_series,
    ledger.document_sequence,
    ledger.document_date,
    ledger.seller_id,
    ledger.billing_target,
    ledger.payment_terms_days,
    ledger.close_number
