{%- set columns = [
    'document_id', 'document_position', 'document_type', 'document_number',
    'document_series', 'document_sequence', 'document_date', 'seller_id',
    'billing_target', 'payment_terms_days', 'payment_terms_kind', 'purchase_order', 'close_number',
] -%}
{{ config(enabled=ratebook.has_feature('ledger')) }}

-- The documents of the ledger as this run has found it, and of the system before it, with what is
-- left of them after credits.
with placed as (
    select
        document_id,
        sum(amount) as amount_left
    from {{ ref('ratebook', 'int_ledger_places') }}
    group by document_id
)

select
    {%- for column in columns %}
    ledger.{{ column }},
    {%- endfor %}
    max(coalesce(placed.amount_left, 0)) as amount_left
from {{ ref('ratebook', 'int_ledger_said') }} as ledger
left join placed
    on ledger.document_id = placed.document_id
group by ledger.{{ columns | join(', ledger.') }}
