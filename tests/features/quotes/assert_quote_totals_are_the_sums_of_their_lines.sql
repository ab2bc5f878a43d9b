{{ config(enabled=ratebook.has_feature('quotes')) }}
-- Otherwise the total of a quote differs from the invoices that it shows, or from their lines.
with line_sums as (
    select
        quote_id,
        currency,
        sum(amount) as total
    from {{ ref('ratebook', 'quote_line_items') }}
    group by quote_id, currency
),

invoice_sums as (
    select
        quote_id,
        currency,
        sum(total) as total,
        count(*) as invoice_count
    from {{ ref('ratebook', 'quote_invoices') }}
    group by quote_id, currency
),

summaries as (
    select * from {{ ref('ratebook', 'quote_summaries') }}
)

select
    coalesce(summaries.quote_id, line_sums.quote_id, invoice_sums.quote_id) as quote_id,
    summaries.quoted_total,
    line_sums.total as total_of_lines,
    invoice_sums.total as total_of_invoices
from summaries
full outer join line_sums
    on
        summaries.quote_id = line_sums.quote_id
        and summaries.currency = line_sums.currency
full outer join invoice_sums
    on
        summaries.quote_id = invoice_sums.quote_id
        and summaries.currency = invoice_sums.currency
where
    summaries.quoted_total is distinct from line_sums.total
    or summaries.quoted_total is distinct from invoice_sums.total
    or summaries.invoice_count is distinct from coalesce(invoice_sums.invoice_count, 0)
