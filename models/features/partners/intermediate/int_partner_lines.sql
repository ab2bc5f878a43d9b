{{ config(enabled=ratebook.has_feature('partners')) }}

-- Line items with a partner: the partner of the contract row in force when the line starts.
with line_items as (
    select * from {{ ref('ratebook', 'int_line_items') }}
),

invoices as (
    select * from {{ ref('ratebook', 'int_invoices') }}
),

contract_windows as (
    select * from {{ ref('ratebook', 'int_contract_windows') }}
    where is_in_effect and partner_id is not null
),

partners as (
    select * from {{ ref('ratebook', 'int_partners') }}
    where is_in_effect
)

select
    line_items.rating_set,
    line_items.line_item_id,
    line_items.invoice_id,
    contract_windows.partner_id,
    partners.partner_name,
    partners.kind,
    line_items.contract_uid,
    line_items.contract_id,
    line_items.customer_id,
    line_items.product_uid,
    line_items.billing_timezone,
    line_items.currency,
    line_items.minor_units,
    line_items.amount,
    line_items.status,
    line_items.effective_at,
    cast(
        date_trunc(
            'month',
            {{ ratebook.local_date('invoices.issued_at', 'line_items.billing_timezone') }}
        ) as date
    ) as payout_month
from line_items
inner join contract_windows
    on
        line_items.rating_set = contract_windows.rating_set
        and line_items.contract_uid = contract_windows.contract_uid
        and line_items.effective_at >= contract_windows.effective_at
        and line_items.effective_at < contract_windows.ineffective_at
inner join partners
    on
        contract_windows.rating_set = partners.rating_set
        and contract_windows.partner_id = partners.partner_id
inner join invoices
    on
        line_items.rating_set = invoices.rating_set
        and line_items.invoice_id = invoices.invoice_id
