{%- set line_columns = ratebook.ledger_line_columns() -%}
{%- set terms = [
    'payment_terms_days', 'payment_terms_kind', 'purchase_order', 'billing_target',
] -%}
{{ config(enabled=ratebook.has_feature('ledger')) }}

-- The rows that the next close freezes, each on its document: the lines of candidates, and what
-- corrects frozen ones.
with candidates as (
    select * from {{ ref('ratebook', 'int_ledger_candidates') }}
),

lines as (
    select * from {{ ref('ratebook', 'int_ledger_lines') }}
),

keys as (
    select * from {{ ref('ratebook', 'int_ledger_differences') }}
),

adjustments as (
    select * from {{ ref('ratebook', 'int_ledger_adjustments') }}
),

known_documents as (
    select
        document_id,
        document_number,
        {{ terms | join(',\n        ') }},
        cast(null as date) as issue_date,
        cast(null as timestamp) as issued_at
    from {{ ref('ratebook', 'int_ledger_documents_before') }}
    union all
    select distinct
        document_id,
        cast(null as varchar) as document_number,
        {{ terms | join(',\n        ') }},
        issue_date,
        issued_at
    from candidates
),

-- An adjustment invoice has the terms of the document that it corrects.
documents as (
    select * from known_documents
    union all
    select distinct
        adjustments.document_id,
        cast(null as varchar) as document_number,
        known_documents.{{ terms | join(',\n        known_documents.') }},
        cast(null as date) as issue_date,
        cast(null as timestamp) as issued_at
    from adjustments
    inner join known_documents
        on
            adjustments.origin_document_id = known_documents.document_id
            and adjustments.document_type = 'ADJUSTMENT_INVOICE'
),

corrected as (
    select
        document_id,
        document_type,
        seller_id,
        origin_document_id,
        place_document_id,
        ledger_key,
        amount,
        case when document_type = 'INVOICE' then document_id else origin_document_id end
            as terms_document_id
    from adjustments
    union all
    select
        {{ ratebook.surrogate_key(['contract_id', 'customer_id'], [
            "'CREDIT_NOTE'", ratebook.text_literal(ratebook.newest_close().number + 1),
            'currency', 'origin_document_id',
        ]) }} as document_id,
        'CREDIT_NOTE' as document_type,
        seller_id,
        origin_document_id,
        origin_document_id as place_document_id,
        ledger_key,
        amount,
        origin_document_id as terms_document_id
    from {{ ref('ratebook', 'int_ledger_corrections') }}
)

select
    candidates.document_id,
    candidates.document_type,
    candidates.issue_date,
    candidates.issued_at,
    {%- for column in terms %}
    candidates.{{ column }},
    {%- endfor %}
    candidates.seller_id,
    candidates.customer_id,
    candidates.contract_id,
    'LINE' as row_type,
    cast(null as varchar) as origin_document_id,
    cast(null as varchar) as origin_document_number,
    candidates.document_id as place_document_id,
    lines.ledger_key,
    lines.invoice_id,
    lines.line_item_id,
    {%- for column in line_columns %}
    lines.{{ column }},
    {%- endfor %}
    lines.effective_at,
    lines.ineffective_at,
    lines.price,
    lines.quantity,
    lines.partner_share_amount,
    lines.currency,
    lines.amount
from candidates
inner join lines
    on
        candidates.invoice_id = lines.invoice_id
        and candidates.customer_id = lines.customer_id
        and candidates.seller_id = lines.seller_id
        and candidates.currency = lines.currency
        and lines.is_candidate
union all
select
    corrected.document_id,
    corrected.document_type,
    case when corrected.document_type = 'INVOICE' then terms.issue_date end as issue_date,
    case when corrected.document_type = 'INVOICE' then terms.issued_at end as issued_at,
    terms.{{ terms | join(',\n    terms.') }},
    corrected.seller_id,
    keys.customer_id,
    keys.contract_id,
    'ADJUSTMENT' as row_type,
    corrected.origin_document_id,
    origins.document_number as origin_document_number,
    corrected.place_document_id,
    keys.ledger_key,
    keys.invoice_id,
    cast(null as varchar) as line_item_id,
    {%- for column in line_columns %}
    keys.{{ column }},
    {%- endfor %}
    cast(null as timestamp) as effective_at,
    cast(null as timestamp) as ineffective_at,
    cast(null as decimal(18, 10)) as price,
    cast(null as decimal(38, 12)) as quantity,
    cast(null as decimal(28, 8)) as partner_share_amount,
    keys.currency,
    corrected.amount
from corrected
inner join keys
    on corrected.ledger_key = keys.ledger_key
inner join documents as origins
    on corrected.origin_document_id = origins.document_id
inner join documents as terms
    on corrected.terms_document_id = terms.document_id
