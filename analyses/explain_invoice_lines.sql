-- Why does an invoice say this amount? One row per line item of one invoice: the price and the
-- row that gave it, the usage, the days, and the amount before and after its one rounding. The
-- invoice is asked for by contract, delivery and first day of its nominal period: write yours
-- into `asked`.
--
-- Real output, first row, the columns that answer most (bot_farm_contract, ARREARS, 2023-12-01):
-- API calls | list_price 0.05 | price 0.042 | contract_price | 517 events | 517 | 100 free |
-- 17.514 | 17.51
with asked as (
    select
        'bot_farm_contract' as contract_id,
        'ARREARS' as invoice_delivery,
        date '2023-12-01' as nominal_start_date
),

invoices as (
    select * from {{ ref('ratebook', 'invoices') }}
),

line_items as (
    select * from {{ ref('ratebook', 'line_items') }}
),

explanations as (
    select * from {{ ref('ratebook', 'line_item_explanations') }}
),

spans as (
    select * from {{ ref('ratebook', 'price_spans') }}
),

prices as (
    select * from {{ ref('ratebook', 'prices') }}
)

select
    line_items.product_name,
    line_items.line_type,
    -- the price, and who says so
    prices.list_price,
    line_items.price,
    prices.price_source,
    coalesce(line_items.contract_price_uid, line_items.list_price_uid) as price_row,
    prices.prorate_source,
    -- the usage
    line_items.event_count,
    line_items.quantity,
    prices.free_quantity,
    -- the days
    line_items.effective_at,
    line_items.ineffective_at,
    line_items.prorated_days,
    line_items.period_days,
    -- the money
    line_items.discount_amount,
    line_items.amount_unrounded,
    line_items.amount,
    line_items.currency,
    invoices.total as invoice_total,
    explanations.explanation
from asked
inner join invoices
    on
        asked.contract_id = invoices.contract_id
        and asked.invoice_delivery = invoices.invoice_delivery
        and asked.nominal_start_date = invoices.nominal_start_date
inner join line_items
    on invoices.invoice_id = line_items.invoice_id
inner join explanations
    on line_items.line_item_id = explanations.line_item_id
inner join spans
    on line_items.span_id = spans.span_id
inner join prices
    on spans.price_id = prices.price_id
order by line_items.product_name, line_items.effective_at, line_items.line_item_id
