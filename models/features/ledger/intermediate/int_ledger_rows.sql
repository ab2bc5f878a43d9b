{%- set group_columns = ratebook.ledger_group_columns() -%}
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

candidate_documents as (
    select distinct
        document_id,
        document_type,
        issue_date,
        issued_at,
        {{ terms | join(',\n        ') }}
    from candidates
),

lines as (
    select
        *,
        values_text as cell_values
    from {{ ref('ratebook', 'int_ledger_lines') }}
),

keys as (
    select * from {{ ref('ratebook', 'int_ledger_keys') }}
),

documents_before as (
    select * from {{ ref('ratebook', 'int_ledger_documents_before') }}
),

corrected as (
    select
        placements.document_id,
        candidates.document_type,
        candidates.issue_date,
        candidates.issued_at,
        {%- for column in terms %}
        candidates.{{ column }},
        {%- endfor %}
        parts.contract_id,
        parts.seller_id,
        parts.origin_document_id,
        parts.ledger_key,
        parts.amount
    from {{ ref('ratebook', 'int_ledger_placements') }} as placements
    inner join candidate_documents as candidates
        on placements.document_id = candidates.document_id
    inner join {{ ref('ratebook', 'int_ledger_parts') }} as parts
        on
            {%- for column in group_columns %}
            placements.{{ column }} = parts.{{ column }}
            and
            {%- endfor %}
            placements.origin_document_id = parts.origin_document_id
    union all
    select
        {{ ratebook.surrogate_key(['corrections.contract_id', 'corrections.customer_id'], [
            'corrections.document_type', ratebook.text_literal(ratebook.newest_close().number + 1),
            'corrections.currency', 'corrections.origin_document_id',
        ]) }} as document_id,
        corrections.document_type,
        corrections.document_date as issue_date,
        cast(null as timestamp) as issued_at,
        {%- for column in terms %}
        origins.{{ column }},
        {%- endfor %}
        corrections.contract_id,
        corrections.seller_id,
        corrections.origin_document_id,
        corrections.ledger_key,
        corrections.amount
    from {{ ref('ratebook', 'int_ledger_corrections') }} as corrections
    inner join documents_before as origins
        on corrections.origin_document_id = origins.document_id
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
    corrected.issue_date,
    corrected.issued_at,
    {%- for column in terms %}
    corrected.{{ column }},
    {%- endfor %}
    corrected.seller_id,
    keys.customer_id,
    keys.contract_id,
    'ADJUSTMENT' as row_type,
    corrected.origin_document_id,
    origins.document_number as origin_document_number,
    case
        when corrected.amount < 0 or corrected.document_type = 'CREDIT_NOTE'
            then corrected.origin_document_id
        else corrected.document_id
    end as place_document_id,
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
inner join documents_before as origins
    on corrected.origin_document_id = origins.document_id
