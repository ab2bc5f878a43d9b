{{ config(enabled=ratebook.has_feature('quotes')) }}

with quotes as (
    select * from {{ ref('ratebook', 'int_quote_states') }}
    where input = 'quotes'
),

invoices as (
    select * from {{ ref('ratebook', 'int_invoices') }}
)

select
    quotes.quote_id,
    invoices.invoice_id,
    invoices.contract_id,
    quotes.customer_id,
    case when quotes.customer_id is null then quotes.prospect_name else invoices.customer_name end
        as customer_name,
    invoices.billing_target,
    invoices.invoice_delivery,
    invoices.currency,
    invoices.nominal_start_date,
    invoices.nominal_end_date,
    invoices.started_at,
    invoices.ended_at,
    invoices.issued_at,
    invoices.due_at,
    cast(invoices.line_count as bigint) as line_count,
    invoices.total,
    invoices.minor_units,
    invoices.billing_timezone
from invoices
inner join quotes
    on invoices.rating_set = quotes.quote_set
