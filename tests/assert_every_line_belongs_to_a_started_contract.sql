{{ config(group='engine') }}

-- Otherwise an invoice is owed for a contract that is not in `contracts`, or starts later.
with line_items as (
    select * from {{ ref('ratebook', 'line_items') }}
),

contracts as (
    select * from {{ ref('ratebook', 'contracts') }}
)

select
    line_items.line_item_id,
    line_items.contract_id,
    line_items.effective_at,
    contracts.started_at
from line_items
left join contracts
    on line_items.contract_id = contracts.contract_id
where contracts.contract_id is null or line_items.effective_at < contracts.started_at
