{%- set newest = ratebook.newest_close().number -%}
{%- set found = ratebook.ledger_columns_found() if newest else [] -%}
{{ config(enabled=ratebook.has_feature('ledger'), materialized='view') }}

-- The ledger as this run has found it: what the run itself freezes is not here.
select
    {%- for column, type in ratebook.ledger_columns().items() if column != 'amount' %}
    {{ column if column in found else 'cast(null as ' ~ type ~ ') as ' ~ column }},
    {%- endfor %}
    {{ 'amount' if newest else 'cast(null as decimal(28, 8)) as amount' }}
{%- if newest %}
from {{ ratebook.ledger_table() }}
where close_number <= {{ newest }}
{%- else %}
where 1 = 0
{%- endif %}
