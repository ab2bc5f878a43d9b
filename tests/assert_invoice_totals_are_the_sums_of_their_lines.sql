-- Otherwise a customer is asked for a total that is not the sum of the lines: a line is on no
-- invoice, twice on one, or on an invoice with another status.
with invoices as (
    select * from {{ ref('ratebook', 'invoices') }}
),

line_sums as (
    select
        invoice_id,
        status,
        count(*) as line_count,
        sum(amount) as total
    from {{ ref('ratebook', 'line_items') }}
    group by invoice_id, status
)

select
    coalesce(invoices.invoice_id, line_sums.invoice_id) as invoice_id,
    invoices.total,
    line_sums.total as total_of_lines
from invoices
full outer join line_sums
    on
        invoices.invoice_id = line_sums.invoice_id
        and invoices.status = line_sums.status
where
    invoices.total is distinct from line_sums.total
    or invoices.line_count is distinct from line_sums.line_count
