{{ config(enabled=ratebook.has_feature('ledger')) }}

-- The invoices that the next close freezes, each with the document on which it goes: each final
-- invoice that is not frozen yet. A document below zero is a credit note without an origin.
with invoices as (
    select
        invoice_id,
        contract_id,
        customer_id,
        currency,
        seller_id,
        invoice_delivery,
        billing_target,
        coalesce(max(document_group), invoice_id) as document_group,
        max(invoice_terms_days) as payment_terms_days,
        max(invoice_terms_kind) as payment_terms_kind,
        max(purchase_order) as purchase_order,
        min(invoice_issued_at) as invoice_issued_at,
        min(invoice_started_at) as started_at,
        min({{ ratebook.local_date('invoice_issued_at', 'billing_timezone') }}) as issue_date,
        sum(amount) as amount
    from {{ ref('ratebook', 'int_ledger_lines') }}
    where is_candidate
    group by 1, 2, 3, 4, 5, 6, 7
),

grouped as (
    select
        *,
        min(invoice_issued_at) over of_document as issued_at,
        min(invoice_id) over of_document as first_invoice_id,
        min(contract_id) over of_document != max(contract_id) over of_document as is_shared,
        cast(sum(amount) over of_document as decimal(28, 8)) as total
    from invoices
    window of_document as (
        partition by document_group, customer_id, currency, seller_id, billing_target
    )
),

typed as (
    select
        *,
        case when total < 0 then 'CREDIT_NOTE' else 'INVOICE' end as document_type,
        max(case when is_shared then 1 else 0 end) over (
            partition by contract_id, customer_id, currency, seller_id
        ) = 1 as is_of_sharing_contract
    from grouped
)

select
    *,
    {{ ratebook.surrogate_key(
        ['seller_id', 'customer_id'],
        [
            'document_type', ratebook.text_literal(ratebook.newest_close().number + 1),
            'first_invoice_id',
        ]
    ) }} as document_id,
    -- Corrections of contracts that share a document find their places together.
    case when is_of_sharing_contract then '' else contract_id end as placing_group,
    row_number() over (
        partition by contract_id, customer_id, currency, seller_id, document_type
        order by
            issue_date,
            case invoice_delivery when 'ADVANCED' then 1 when 'ONE_TIME' then 2 else 3 end,
            started_at,
            first_invoice_id,
            invoice_id
    ) as choice_number
from typed
