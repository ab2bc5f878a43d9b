{{ config(enabled=ratebook.has_feature('ledger')) }}

-- Who sends a line item, and on which terms: of invoices that are not frozen, and of those that
-- another system may have invoiced. The terms of an invoice are those of its last line.
with invoiced_elsewhere as (
    select distinct
        line_items.invoice_id,
        line_items.customer_id
    from {{ ref('ratebook', 'int_ledger_line_items') }} as line_items
    inner join {{ ref('ratebook', 'int_ledger_opening_rows') }} as openings
        on
            line_items.contract_id = openings.contract_id
            and line_items.product_uid = openings.product_uid
            and line_items.nominal_start_date = openings.nominal_start_date
),

line_items as (
    select
        line_items.*,
        frozen_invoices.invoice_id is not null as is_of_frozen_invoice
    from {{ ref('ratebook', 'int_ledger_line_items') }} as line_items
    left join {{ ref('ratebook', 'int_ledger_frozen_invoices') }} as frozen_invoices
        on
            line_items.invoice_id = frozen_invoices.invoice_id
            and line_items.customer_id = frozen_invoices.customer_id
    left join invoiced_elsewhere
        on
            line_items.invoice_id = invoiced_elsewhere.invoice_id
            and line_items.customer_id = invoiced_elsewhere.customer_id
    where frozen_invoices.invoice_id is null or invoiced_elsewhere.invoice_id is not null
),

rows_in_force as (
    select * from {{ ref('ratebook', 'int_configuration_rows') }}
    where is_in_force
),

{% for input, columns in {
    'contracts': ['seller_id', 'purchase_order', 'invoice_grouping'],
    'pricebooks': ['seller_id'],
    'customers': ['seller_id', 'purchase_order', 'invoice_grouping'],
}.items() -%}
named_by_{{ input }} as (
    select
        {%- for column in columns %}
        named.{{ column }},
        {%- endfor %}
        rows_in_force.rating_set,
        named.id
    from {{ ref('ratebook', 'stg_' ~ input) }} as named
    inner join rows_in_force
        on
            named.row_id = rows_in_force.row_id
            and rows_in_force.input = '{{ input }}'
    where named.{{ columns | join(' is not null or named.') }} is not null
),

{% endfor -%}
customer_windows as (
    select * from {{ ref('ratebook', 'int_customer_windows') }}
),

-- Of the pricebooks that name a seller.
named_by_spans as (
    select
        named_by_pricebooks.rating_set as configuration_set,
        named_by_pricebooks.seller_id,
        spans.rating_set,
        spans.span_id
    from named_by_pricebooks
    inner join {{ ref('ratebook', 'int_prices') }} as prices
        on named_by_pricebooks.id = prices.pricebook_uid
    inner join {{ ref('ratebook', 'int_price_spans') }} as spans
        on
            prices.rating_set = spans.rating_set
            and prices.price_id = spans.price_id
),

only_sellers as (
    select
        rating_set,
        max(seller_id) as seller_id
    from {{ ref('ratebook', 'int_sellers') }}
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
    line_items.line_item_id,
    line_items.is_of_frozen_invoice,
    coalesce(
        named_by_contracts.seller_id, named_by_spans.seller_id, named_by_customers.seller_id,
        only_sellers.seller_id, 'default'
    ) as seller_id,
    first_value(line_items.payment_terms_days) over last_lines as payment_terms_days,
    first_value(line_items.payment_terms_kind) over last_lines as payment_terms_kind,
    first_value(coalesce(named_by_contracts.purchase_order, named_by_customers.purchase_order))
        over last_lines as purchase_order,
    first_value(coalesce(
        named_by_contracts.invoice_grouping, named_by_customers.invoice_grouping, 'INVOICE'
    )) over last_lines as invoice_grouping
from line_items
left join customers
    on
        line_items.configuration_set = customers.configuration_set
        and line_items.invoice_id = customers.invoice_id
        and line_items.customer_id = customers.customer_id
        and customers.choice = 1
left join named_by_contracts
    on
        line_items.configuration_set = named_by_contracts.rating_set
        and line_items.contract_uid = named_by_contracts.id
left join named_by_spans
    on
        line_items.configuration_set = named_by_spans.configuration_set
        and line_items.rating_set = named_by_spans.rating_set
        and line_items.span_id = named_by_spans.span_id
left join named_by_customers
    on
        line_items.configuration_set = named_by_customers.rating_set
        and customers.customer_uid = named_by_customers.id
left join only_sellers
    on line_items.configuration_set = only_sellers.rating_set
window last_lines as (
    partition by line_items.invoice_id, line_items.customer_id
    order by
        line_items.effective_at desc, line_items.contract_uid desc, line_items.line_item_id desc
)
