{%- set newest = ratebook.newest_close().number -%}
{%- set of_documents = [
    'document_position', 'document_series', 'document_sequence', 'document_number', 'document_date',
    'due_at', 'number_prefix',
] -%}
{%- set of_sellers = ratebook.ledger_party_columns('seller', 'seller_') -%}
{%- set of_customers = ratebook.ledger_party_columns('customer', 'customer_') -%}
{%- set own = ['close_number', 'closed_at', 'row_number', 'explanation'] -%}
{%- set of_shares = ['partner_id', 'partner_share_amount'] -%}
{%- if not ratebook.has_feature('partners') -%}
    {%- set of_shares = [] -%}
{%- endif -%}
{%- set not_of_rows = of_documents + of_sellers + of_customers + of_shares + own -%}
{{ config(enabled=ratebook.has_feature('ledger')) }}

-- The rows of the next close as it freezes them, except for the sentences of lines.
-- `ratebook_close` writes them into the ledger.
with ledger_rows as (
    select * from {{ ref('ratebook', 'int_ledger_rows_to_freeze') }}
),

documents as (
    select * from {{ ref('ratebook', 'int_ledger_documents') }}
),

sellers as (
    select * from {{ ref('ratebook', 'int_sellers') }}
    where rating_set = {{ ratebook.public_rating_set() }}
)

select
    {%- for column in of_documents %}
    documents.{{ column }},
    {%- endfor %}
    {%- for column in ratebook.ledger_columns()
        if column not in not_of_rows + ['origin_document_number'] %}
    ledger_rows.{{ column }},
    {%- endfor %}
    {%- for column in of_shares %}
    coalesce(correction_shares.{{ column }}, ledger_rows.{{ column }}) as {{ column }},
    {%- endfor %}
    ledger_rows.explanation as frozen_explanation,
    coalesce(ledger_rows.origin_document_number, origins.document_number) as origin_document_number,
    sellers.{{ of_sellers | join(',\n    sellers.') }},
    customers.{{ of_customers | join(',\n    customers.') }},
    {{ newest + 1 }} as close_number,
    {{ ratebook.as_of() }} as closed_at,
    row_number() over (
        order by
            documents.document_position asc,
            ledger_rows.row_type desc,
            ledger_rows.contract_id asc,
            ledger_rows.effective_at asc nulls last,
            ledger_rows.line_item_id asc nulls last,
            ledger_rows.ledger_key asc,
            ledger_rows.origin_document_id asc nulls last
    ) as row_number
from ledger_rows
inner join documents
    on ledger_rows.document_id = documents.document_id
-- What is credited may be of this close.
left join documents as origins
    on ledger_rows.origin_document_id = origins.document_id
left join sellers
    on documents.seller_id = sellers.seller_id
left join {{ ref('ratebook', 'int_ledger_customers') }} as customers
    on ledger_rows.customer_id = customers.customer_id
{%- if of_shares %}
left join {{ ref('ratebook', 'int_ledger_correction_shares') }} as correction_shares
    on
        ledger_rows.ledger_key = correction_shares.ledger_key
        and ledger_rows.document_id = correction_shares.document_id
        and ledger_rows.origin_document_id = correction_shares.origin_document_id
        and ledger_rows.row_type = 'ADJUSTMENT'
        and ledger_rows.correction_kind is null
{%- endif %}
