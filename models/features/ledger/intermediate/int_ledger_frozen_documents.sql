{%- set columns = ratebook.document_columns() + [
    'document_position', 'document_series', 'document_sequence', 'number_prefix', 'billing_target',
    'close_number',
] -%}
{{ config(enabled=ratebook.has_feature('ledger')) }}

-- The documents of the ledger as this run has found it. The rows of the ledger are summed here,
-- once: who asks for documents reads this.
select
    {%- for column in columns %}
    ledger.{{ column }},
    {%- endfor %}
    {{ ratebook.document_totals('ledger') }}
from {{ ref('ratebook', 'int_ledger_before') }} as ledger
group by ledger.{{ columns | join(', ledger.') }}
