{{ config(enabled=ratebook.has_feature('ledger')) }}

-- When a contract with corrections is next invoiced, as far as this build knows: its drafts, and
-- the next period of a price in advance that goes on.
with nets as (
    select * from {{ ref('ratebook', 'int_ledger_nets') }}
),

lines as (
    select * from {{ ref('ratebook', 'int_ledger_line_items') }}
    where contract_id in (select nets.contract_id from nets)
),

prices as (
    select * from {{ ref('ratebook', 'int_prices') }}
    where rating_set = {{ ratebook.public_rating_set() }} and is_billable
),

issues as (
    select
        contract_id,
        customer_id,
        currency,
        {{ ratebook.local_date('invoice_issued_at', 'billing_timezone') }} as issue_date
    from lines
    where status = 'DRAFT' and invoice_issued_at > {{ ratebook.as_of() }}
    union all
    select
        lines.contract_id,
        lines.customer_id,
        lines.currency,
        {{ ratebook.local_date('lines.ended_at', 'lines.billing_timezone') }} as issue_date
    from lines
    inner join prices
        on
            lines.price_lineage_id = prices.lineage_id
            and lines.ended_at >= prices.effective_at
            and lines.ended_at < prices.ineffective_at
    where lines.invoice_delivery = 'ADVANCED' and lines.ended_at > {{ ratebook.as_of() }}
)

select
    contract_id,
    customer_id,
    currency,
    min(issue_date) as next_issue_date
from issues
group by contract_id, customer_id, currency
