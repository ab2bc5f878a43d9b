{{ config(materialized='view') }}

-- Times of line items are UTC: east of Greenwich, a period that starts on 1 March starts in
-- February UTC. The nominal date of the invoice gives the local month.
select
    line_items.line_item_id,
    line_items.invoice_id,
    line_items.contract_id,
    line_items.customer_id,
    line_items.product_uid,
    line_items.product_name,
    line_items.line_type,
    line_items.invoice_delivery,
    line_items.currency,
    invoices.nominal_start_date,
    line_items.quantity,
    line_items.amount,
    line_items.status,
    line_items.is_shadow
from {{ ref('ratebook', 'line_items') }} as line_items
inner join {{ ref('ratebook', 'invoices') }} as invoices
    on line_items.invoice_id = invoices.invoice_id
