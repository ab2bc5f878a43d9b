{{ config(enabled=ratebook.has_feature('ledger')) }}

-- The documents that the next close makes of invoices: each final invoice that is not frozen yet.
-- One below zero is a credit note without an origin.
with totalled as (
    select
        invoice_id,
        contract_id,
        customer_id,
        currency,
        seller_id,
        invoice_delivery,
        billing_target,
        max(invoice_terms_days) as payment_terms_days,
        max(invoice_terms_kind) as payment_terms_kind,
        max(purchase_order) as purchase_order,
        min(invoice_issued_at) as issued_at,
        min(invoice_started_at) as started_at,
        min({{ ratebook.local_date('invoice_issued_at', 'billing_timezone') }}) as issue_date,
        cast(sum(amount) as decimal(28, 8)) as total
    from {{ ref('ratebook', 'int_ledger_lines') }}
    where is_candidate
    group by 1, 2, 3, 4, 5, 6, 7
),

typed as (
    select
        *,
        case when total < 0 then 'CREDIT_NOTE' else 'INVOICE' end as document_type
    from totalled
)

select
    *,
    {{ ratebook.surrogate_key(
        ['seller_id', 'customer_id'],
        ['document_type', ratebook.text_literal(ratebook.newest_close().number + 1), 'invoice_id']
    ) }} as document_id,
    row_number() over (
        partition by contract_id, customer_id, currency, seller_id, document_type
        order by
            issue_date,
            case invoice_delivery when 'ADVANCED' then 1 when 'ONE_TIME' then 2 else 3 end,
            started_at,
            invoice_id
    ) as choice_number
from typed
