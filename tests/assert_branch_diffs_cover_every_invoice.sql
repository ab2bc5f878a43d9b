-- Otherwise the cost of a change leaves out an invoice of the branch.
with invoices as (
    select * from {{ ref('ratebook', 'invoices') }}
),

diffs as (
    select * from {{ ref('ratebook', 'branch_invoice_diffs') }}
    where branch_total is not null
)

select
    coalesce(invoices.invoice_id, diffs.invoice_id) as invoice_id,
    invoices.total,
    diffs.branch_total
from invoices
full outer join diffs
    on invoices.invoice_id = diffs.invoice_id
where invoices.total is distinct from diffs.branch_total
