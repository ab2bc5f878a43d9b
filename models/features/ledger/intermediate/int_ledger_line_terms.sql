{{ config(enabled=ratebook.has_feature('ledger')) }}

-- Who sends a line item, on which terms, and which partner has a share of it. The terms of an
-- invoice are those of its last line.
with line_items as (
    select * from {{ ref('ratebook', 'int_ledger_line_items') }}
),

sellers as (
    select * from {{ ref('ratebook', 'int_sellers') }}
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
    coalesce(
        named_by_contracts.seller_id, named_by_pricebooks.seller_id, named_by_customers.seller_id,
        only_sellers.seller_id, 'default'
    ) as seller_id,
    first_value(line_items.payment_terms_days) over last_lines as payment_terms_days,
    first_value(line_items.payment_terms_kind) over last_lines as payment_terms_kind,
    first_value(coalesce(named_by_contracts.purchase_order, named_by_customers.purchase_order))
        over last_lines as purchase_order,
    first_value(coalesce(
        named_by_contracts.invoice_grouping, named_by_customers.invoice_grouping, 'INVOICE'
    )) over last_lines as invoice_grouping,
    {%- if ratebook.has_feature('partners') %}
    line_shares.partner_id,
    line_shares.share_percent as partner_share_percent,
    line_shares.share_amount as partner_share_amount
    {%- else %}
    cast(null as varchar) as partner_id,
    cast(null as decimal(7, 4)) as partner_share_percent,
    cast(null as decimal(28, 8)) as partner_share_amount
    {%- endif %}
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
left join named_by_contracts
    on
        line_items.configuration_set = named_by_contracts.rating_set
        and line_items.contract_uid = named_by_contracts.id
left join named_by_pricebooks
    on
        line_items.configuration_set = named_by_pricebooks.rating_set
        and prices.pricebook_uid = named_by_pricebooks.id
left join named_by_customers
    on
        line_items.configuration_set = named_by_customers.rating_set
        and customers.customer_uid = named_by_customers.id
left join only_sellers
    on line_items.configuration_set = only_sellers.rating_set
{%- if ratebook.has_feature('partners') %}
left join {{ ref('ratebook', 'int_partner_line_shares') }} as line_shares
    on
        line_items.rating_set = line_shares.rating_set
        and line_items.line_item_id = line_shares.line_item_id
{%- endif %}
window last_lines as (
    partition by line_items.invoice_id, line_items.customer_id
    order by
        line_items.effective_at desc, line_items.contract_uid desc, line_items.line_item_id desc
)
