{{ config(enabled=ratebook.has_feature('quotes')) }}

with quotes as (
    select * from {{ ref('ratebook', 'int_quote_states') }}
    where input = 'quotes'
),

line_items as (
    select * from {{ ref('ratebook', 'int_line_items') }}
)

select
    quotes.quote_id,
    line_items.line_item_id,
    line_items.invoice_id,
    line_items.span_id,
    line_items.line_type,
    line_items.contract_uid,
    line_items.contract_id,
    quotes.customer_id,
    line_items.product_uid,
    line_items.product_name,
    line_items.unit_name,
    line_items.list_price_uid,
    line_items.contract_price_uid,
    line_items.invoice_delivery,
    line_items.currency,
    line_items.charge_model,
    line_items.cell_id,
    line_items.values_text as cell_values,
    line_items.list_price,
    line_items.price,
    line_items.quantity,
    cast(line_items.prorated_days as integer) as prorated_days,
    cast(line_items.period_days as integer) as period_days,
    line_items.amount_unrounded,
    line_items.discount_amount,
    line_items.amount,
    line_items.started_at,
    line_items.ended_at,
    line_items.effective_at,
    line_items.ineffective_at
from line_items
inner join quotes
    on line_items.rating_set = quotes.quote_set
