{{ config(enabled=ratebook.has_feature('ledger')) }}

with keys as (
    select * from {{ ref('ratebook', 'int_ledger_differences') }}
),

planned_closes as (
    select distinct close_number
    from {{ ref('ratebook', 'int_ledger_plan') }}
),

-- What the close of this run has placed.
placed as (
    select
        ledger.ledger_key,
        sum(ledger.amount) as amount
    from {{ ref('ratebook', 'invoice_ledger') }} as ledger
    inner join planned_closes
        on ledger.close_number = planned_closes.close_number
    where ledger.row_type = 'ADJUSTMENT' and ledger.correction_kind is null
    group by ledger.ledger_key
)

select
    keys.ledger_key,
    keys.state,
    keys.contract_id,
    keys.customer_id,
    keys.invoice_id,
    keys.lineage_id,
    keys.product_uid,
    keys.product_name,
    keys.line_type,
    keys.cell_id,
    keys.nominal_start_date,
    keys.nominal_end_date,
    keys.currency,
    keys.now_amount,
    cast(keys.difference - coalesce(placed.amount, 0) as decimal(28, 8)) as amount
from keys
left join placed
    on keys.ledger_key = placed.ledger_key
where keys.difference != coalesce(placed.amount, 0)
