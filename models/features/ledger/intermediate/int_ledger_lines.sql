{{ config(enabled=ratebook.has_feature('ledger')) }}

-- The line items of this build that can be frozen, each with its key in the ledger and its seller,
-- and whether its invoice is frozen, or a candidate of the next close.
with line_items as (
    select * from {{ ref('ratebook', 'int_line_items') }}
    where rating_set = {{ ratebook.public_rating_set() }} and not is_shadow
),

sellers as (
    select * from {{ ref('ratebook', 'int_sellers') }}
),

rows_in_force as (
    select * from {{ ref('ratebook', 'int_configuration_rows') }}
    where is_in_force
),

{% for input in ['contracts', 'pricebooks', 'customers'] -%}
{{ input }}_with_seller as (
    select
        rows_in_force.rating_set,
        sold.id,
        sold.seller_id
    from {{ ref('ratebook', 'stg_' ~ input) }} as sold
    inner join rows_in_force
        on
            sold.row_id = rows_in_force.row_id
            and rows_in_force.input = '{{ input }}'
    where sold.seller_id is not null
),

{% endfor -%}
customer_windows as (
    select * from {{ ref('ratebook', 'int_customer_windows') }}
),

frozen_invoices as (
    select distinct
        invoice_id,
        customer_id
    from {{ ref('ratebook', 'int_ledger_before') }}
    where row_type = 'LINE'
),

only_sellers as (
    select
        rating_set,
        max(seller_id) as seller_id
    from sellers
    group by rating_set
    having count(*) = 1
),

invoices as (
    select distinct
        configuration_set,
        invoice_id,
        customer_id,
        invoice_issued_at
    from line_items
),

-- The row of the customer when the invoice was issued.
customers as (
    select
        invoices.configuration_set,
        invoices.invoice_id,
        invoices.customer_id,
        customer_windows.customer_uid,
        customer_windows.customer_name,
        row_number() over (
            partition by
                invoices.configuration_set, invoices.invoice_id, invoices.customer_id
            order by
                {{ ratebook.row_in_force_order(
                    'customer_windows', 'invoices.invoice_issued_at',
                    'customer_windows.customer_uid'
                ) }}
        ) as choice
    from invoices
    inner join customer_windows
        on
            invoices.configuration_set = customer_windows.rating_set
            and invoices.customer_id = customer_windows.customer_id
)

select
    line_items.*, -- noqa: AM04
    customers.customer_name,
    {{ ratebook.surrogate_key([
        'line_items.contract_id', 'line_items.customer_id', 'line_items.line_type',
        'line_items.cell_id',
    ], [
        'line_items.lineage_id', 'line_items.currency',
        ratebook.text_of_date('line_items.nominal_start_date'),
        ratebook.text_of_date('line_items.nominal_end_date'),
    ]) }} as ledger_key,
    coalesce(
        contracts_with_seller.seller_id, pricebooks_with_seller.seller_id,
        customers_with_seller.seller_id, only_sellers.seller_id, 'default'
    ) as seller_id,
    frozen_invoices.invoice_id is not null as is_of_frozen_invoice,
    frozen_invoices.invoice_id is null
    and line_items.status = 'FINALIZED'
    and line_items.nominal_end_date > {{ ratebook.ledger_books_from() }}
        as is_candidate
from line_items
inner join {{ ref('ratebook', 'int_price_spans') }} as spans
    on
        line_items.rating_set = spans.rating_set
        and line_items.span_id = spans.span_id
inner join {{ ref('ratebook', 'int_prices') }} as prices
    on
        spans.rating_set = prices.rating_set
        and spans.price_id = prices.price_id
left join customers
    on
        line_items.configuration_set = customers.configuration_set
        and line_items.invoice_id = customers.invoice_id
        and line_items.customer_id = customers.customer_id
        and customers.choice = 1
left join contracts_with_seller
    on
        line_items.configuration_set = contracts_with_seller.rating_set
        and line_items.contract_uid = contracts_with_seller.id
left join pricebooks_with_seller
    on
        line_items.configuration_set = pricebooks_with_seller.rating_set
        and prices.pricebook_uid = pricebooks_with_seller.id
left join customers_with_seller
    on
        line_items.configuration_set = customers_with_seller.rating_set
        and customers.customer_uid = customers_with_seller.id
left join only_sellers
    on line_items.configuration_set = only_sellers.rating_set
left join frozen_invoices
    on
        line_items.invoice_id = frozen_invoices.invoice_id
        and line_items.customer_id = frozen_invoices.customer_id
