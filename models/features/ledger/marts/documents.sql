{%- set columns = ratebook.document_columns() + ['close_number'] -%}
{{ config(enabled=ratebook.has_feature('ledger'), materialized='view') }}

with documents_before as (
    select * from {{ ref('ratebook', 'int_ledger_frozen_documents') }}
),

-- Of the close of this run.
new_rows as (
    select * from {{ ref('ratebook', 'invoice_ledger') }}
    where
        close_number
        > (select coalesce(max(documents_before.close_number), 0) from documents_before)
)

select
    {{ columns | join(',\n    ') }},
    origin_document_id,
    origin_document_number,
    row_count,
    total,
    adjusted_amount
from documents_before
union all
select
    {%- for column in columns %}
    new_rows.{{ column }},
    {%- endfor %}
    {{ ratebook.document_totals('new_rows') }}
from new_rows
group by new_rows.{{ columns | join(', new_rows.') }}
