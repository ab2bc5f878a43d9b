{{ config(enabled=ratebook.has_feature('quotes')) }}

-- The totals of each quote or order, as quoted and at list prices: sums of its line items, rated
-- like all others.
with quotes as (
    select * from {{ ref('ratebook', 'int_quote_states') }}
),

line_items as (
    select
        quotes.quote_set,
        line_items.rating_set = quotes.list_set as is_at_list_price,
        line_items.currency,
        line_items.line_type,
        line_items.amount,
        line_items.minor_units
    from {{ ref('ratebook', 'int_line_items') }} as line_items
    inner join quotes
        on line_items.rating_set in (quotes.quote_set, quotes.list_set)
),

invoices as (
    select
        quotes.quote_set,
        invoices.currency,
        invoices.issued_at,
        invoices.total,
        min(invoices.issued_at) over (partition by quotes.quote_set, invoices.currency)
            as first_issued_at
    from {{ ref('ratebook', 'int_invoices') }} as invoices
    inner join quotes
        on invoices.rating_set = quotes.quote_set
),

invoice_totals as (
    select
        quote_set,
        currency,
        min(first_issued_at) as first_issued_at,
        sum(case when issued_at = first_issued_at then total else 0 end) as first_invoices_total,
        count(*) as invoice_count
    from invoices
    group by quote_set, currency
),

line_totals as (
    select
        quote_set,
        currency,
        max(minor_units) as minor_units,
        sum(case when is_at_list_price then amount else 0 end) as list_total,
        sum(case when is_at_list_price then 0 else amount end) as quoted_total,
        sum(
            case
                when not is_at_list_price and line_type in ('fixed', 'one_time') then amount
                else 0
            end
        ) as total_contract_value
    from line_items
    group by quote_set, currency
)

select
    line_totals.quote_set,
    line_totals.currency,
    line_totals.minor_units,
    cast(line_totals.list_total as decimal(28, 8)) as list_total,
    cast(line_totals.quoted_total as decimal(28, 8)) as quoted_total,
    cast(line_totals.list_total - line_totals.quoted_total as decimal(28, 8)) as discount_total,
    cast(line_totals.total_contract_value as decimal(28, 8)) as total_contract_value,
    coalesce(invoice_totals.invoice_count, 0) as invoice_count,
    invoice_totals.first_issued_at,
    cast(coalesce(invoice_totals.first_invoices_total, 0) as decimal(28, 8))
        as first_invoices_total
from line_totals
left join invoice_totals
    on
        line_totals.quote_set = invoice_totals.quote_set
        and line_totals.currency = invoice_totals.currency
