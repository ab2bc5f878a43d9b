{{ config(enabled=ratebook.has_feature('ledger')) }}

-- The line items whose invoice is not frozen, each with its terms, and whether its invoice is a
-- candidate of the next close.
with described as (
    select
        line_items.*,
        {{ ratebook.ledger_key('line_items') }} as ledger_key,
        terms.seller_id,
        terms.purchase_order,
        terms.payment_terms_days as invoice_terms_days,
        terms.payment_terms_kind as invoice_terms_kind,
        -- What the lines of one document have in common, if it may be for several invoices.
        case
            when terms.invoice_grouping != 'INVOICE'
                then {{ ratebook.surrogate_key([
                    "case terms.invoice_grouping when 'CONTRACT' then line_items.contract_id end",
                    'line_items.customer_id', 'terms.seller_id', 'line_items.billing_target',
                    'terms.purchase_order',
                ], [
                    'terms.invoice_grouping', 'line_items.currency', 'terms.payment_terms_kind',
                    'cast(terms.payment_terms_days as varchar)',
                    ratebook.text_of_date(ratebook.local_date(
                        'line_items.invoice_issued_at', 'line_items.billing_timezone'
                    )),
                ]) }}
        end as document_group,
        holds.contract_id is null
        and line_items.nominal_end_date > {{ ratebook.ledger_books_from() }} as is_to_be_frozen
    from {{ ref('ratebook', 'int_ledger_line_items') }} as line_items
    inner join {{ ref('ratebook', 'int_ledger_line_terms') }} as terms
        on
            line_items.line_item_id = terms.line_item_id
            and not terms.is_of_frozen_invoice
    left join {{ ref('ratebook', 'int_ledger_holds') }} as holds
        on
            line_items.contract_id = holds.contract_id
            and line_items.customer_id = holds.customer_id
),

-- A fee in advance waits for the usage that goes out with it and is not final.
unfinished_groups as (
    select distinct document_group
    from described
    where is_to_be_frozen and status = 'DRAFT' and document_group is not null
)

select
    described.*, -- noqa: AM04
    described.is_to_be_frozen
    and described.status = 'FINALIZED'
    and unfinished_groups.document_group is null
        as is_candidate,
    described.is_to_be_frozen
    and described.status = 'FINALIZED'
    and unfinished_groups.document_group is not null
        as is_postponed
from described
left join unfinished_groups
    on described.document_group = unfinished_groups.document_group
