{%- set columns = ratebook.document_columns() + ['close_number'] -%}
{{ config(enabled=ratebook.has_feature('ledger')) }}

select
    {%- for column in columns %}
    ledger.{{ column }},
    {%- endfor %}
    {{ ratebook.document_totals('ledger') }}
from {{ ref('ratebook', 'invoice_ledger') }} as ledger
group by ledger.{{ columns | join(', ledger.') }}
