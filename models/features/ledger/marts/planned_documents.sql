{%- set columns = ratebook.document_columns() -%}
{{ config(enabled=ratebook.has_feature('ledger')) }}

with plan as (
    select * from {{ ref('ratebook', 'int_ledger_plan') }}
),

-- What the close of this run has frozen is not planned any more.
frozen_closes as (
    select distinct close_number
    from {{ ref('ratebook', 'invoice_ledger') }}
)

select
    {%- for column in columns %}
    plan.{{ column }},
    {%- endfor %}
    {{ ratebook.document_totals('plan') }}
from plan
left join frozen_closes
    on plan.close_number = frozen_closes.close_number
where frozen_closes.close_number is null
group by plan.{{ columns | join(', plan.') }}
