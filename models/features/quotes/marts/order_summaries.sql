{{ config(enabled=ratebook.has_feature('quotes')) }}

with orders as (
    select * from {{ ref('ratebook', 'int_quote_states') }}
    where input = 'orders'
),

totals as (
    select * from {{ ref('ratebook', 'int_quote_totals') }}
)

select
    orders.quote_id as order_uid,
    totals.currency,
    orders.customer_id,
    orders.pricebook_id,
    orders.state,
    case when orders.is_accepted then orders.contract_id end as contract_id,
    orders.billing_timezone,
    orders.sent_at as checkout_started_at,
    orders.accepted_at as paid_at,
    orders.started_at,
    orders.ended_at,
    totals.minor_units,
    totals.quoted_total as total,
    totals.total_contract_value,
    cast(coalesce(totals.invoice_count, 0) as bigint) as invoice_count,
    totals.first_issued_at,
    totals.first_invoices_total
from orders
left join totals
    on orders.quote_set = totals.quote_set
