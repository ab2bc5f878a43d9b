{{ config(enabled=ratebook.has_feature('ledger'), materialized='view') }}

-- What was said so far, and what the next close says first: the documents that it cancels, or says
-- once more.
select
    {%- for column in ratebook.ledger_columns() if column != 'amount' %}
    {{ column }},
    {%- endfor %}
    amount
from {{ ref('ratebook', 'int_ledger_said_before') }}
union all
select
    {%- for column, type in ratebook.ledger_columns().items() if column != 'amount' %}
    {{ column }},
    {%- endfor %}
    amount
from {{ ref('ratebook', 'int_ledger_cancellations') }}
