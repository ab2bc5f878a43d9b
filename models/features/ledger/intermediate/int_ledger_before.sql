{%- set newest = ratebook.newest_close().number -%}
{{ config(enabled=ratebook.has_feature('ledger'), materialized='view') }}

-- The ledger as this run has found it: what the run itself freezes is not here.
{%- if newest %}
select
    {{ ratebook.ledger_columns() | join(',\n    ') }}
from {{ ratebook.ledger_table() }}
where close_number <= {{ newest }}
{%- else %}
select
    {%- for column, type in ratebook.ledger_columns().items() if column != 'amount' %}
    cast(null as {{ type }}) as {{ column }},
    {%- endfor %}
    cast(null as decimal(28, 8)) as amount
where 1 = 0
{%- endif %}
