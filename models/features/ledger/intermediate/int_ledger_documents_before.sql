{%- set columns = [
    'document_id', 'document_position', 'document_type', 'document_number',
    'document_series', 'document_sequence', 'document_date', 'seller_id',
    'billing_target', 'payment_terms_days', 'payment_terms_kind', 'purchase_order', 'close_number',
] -%}
{{ config(enabled=ratebook.has_feature('ledger')) }}

-- The documents of the ledger as this run has found it, and of the system before it, with what is
-- left of them after credits: their totals, less those of their credit notes.
with said as (
    select * from {{ ref('ratebook', 'int_ledger_said') }}
),

billed as (
    select
        case when document_type = 'CREDIT_NOTE' then place_document_id else document_id end
            as document_id,
        sum(amount) as amount_left
    from said
    group by 1
)

select
    {%- for column in columns %}
    said.{{ column }},
    {%- endfor %}
    max(coalesce(billed.amount_left, 0)) as amount_left
from said
left join billed
    on said.document_id = billed.document_id
group by said.{{ columns | join(', said.') }}
