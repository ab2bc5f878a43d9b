{%- set terms = [
    'seller_id', 'purchase_order', 'partner_id', 'partner_share_percent', 'partner_share_amount',
] -%}
{{ config(enabled=ratebook.has_feature('ledger')) }}

-- The line items of this build that can be frozen, each with its key in the ledger, its terms, and
-- whether its invoice is frozen, or a candidate of the next close.
with line_items as (
    select * from {{ ref('ratebook', 'int_ledger_line_items') }}
),

frozen_invoices as (
    select distinct
        invoice_id,
        customer_id
    from {{ ref('ratebook', 'int_ledger_before') }}
    where row_type = 'LINE' and correction_kind is null
),

described as (
    select
        line_items.*,
        {{ ratebook.surrogate_key([
            'line_items.contract_id', 'line_items.customer_id', 'line_items.line_type',
            'line_items.cell_id',
        ], [
            'line_items.lineage_id', 'line_items.currency',
            ratebook.text_of_date('line_items.nominal_start_date'),
            ratebook.text_of_date('line_items.nominal_end_date'),
        ]) }} as ledger_key,
        {%- for column in terms %}
        terms.{{ column }},
        {%- endfor %}
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
        frozen_invoices.invoice_id is not null as is_of_frozen_invoice,
        frozen_invoices.invoice_id is null
        and holds.contract_id is null
        and line_items.nominal_end_date > {{ ratebook.ledger_books_from() }}
            as is_to_be_frozen
    from line_items
    inner join {{ ref('ratebook', 'int_ledger_line_terms') }} as terms
        on line_items.line_item_id = terms.line_item_id
    left join frozen_invoices
        on
            line_items.invoice_id = frozen_invoices.invoice_id
            and line_items.customer_id = frozen_invoices.customer_id
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
