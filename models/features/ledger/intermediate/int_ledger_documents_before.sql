{%- set columns = [
    'document_id', 'document_position', 'document_type', 'document_number',
    'document_series', 'document_sequence', 'document_date', 'seller_id',
    'billing_target', 'payment_terms_days', 'payment_terms_kind', 'purchase_order', 'close_number',
] -%}
{{ config(enabled=ratebook.has_feature('ledger'), materialized='view') }}

-- The documents of the ledger as this run has found it, of the system before it, and those that the
-- next close says first, with what is left of them after credits: their totals, less those of their
-- credit notes.
with said as (
    select * from {{ ref('ratebook', 'int_ledger_said') }}
),

documents as (
    select
        {{ columns | join(',\n        ') }},
        total
    from {{ ref('ratebook', 'int_ledger_frozen_documents') }}
    union all
    select
        {{ columns | join(',\n        ') }},
        sum(amount) as total
    from said
    where close_number = 0 or close_number > {{ ratebook.newest_close().number }}
    group by {{ columns | join(', ') }}
),

credited as (
    select
        place_document_id,
        sum(amount) as amount
    from said
    where document_type = 'CREDIT_NOTE'
    group by place_document_id
)

select
    {%- for column in columns %}
    documents.{{ column }},
    {%- endfor %}
    cast(
        case when documents.document_type = 'CREDIT_NOTE' then 0 else documents.total end
        + coalesce(credited.amount, 0)
        as decimal(28, 8)
    ) as amount_left
from documents
left join credited
    on documents.document_id = credited.place_document_id
