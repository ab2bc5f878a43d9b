with invoices as (
    select * from {{ ref('ratebook', 'int_invoices') }}
),

-- In a build of main, both sides are main, and every difference is zero.
on_main as (
    select * from invoices
    where rating_set = 'main'
),

on_branch as (
    select * from invoices
    where rating_set = {{ ratebook.public_rating_set() }}
)

select
    coalesce(on_branch.invoice_id, on_main.invoice_id) as invoice_id,
    coalesce(on_branch.contract_id, on_main.contract_id) as contract_id,
    coalesce(on_branch.customer_id, on_main.customer_id) as customer_id,
    coalesce(on_branch.invoice_delivery, on_main.invoice_delivery) as invoice_delivery,
    coalesce(on_branch.currency, on_main.currency) as currency,
    coalesce(on_branch.nominal_start_date, on_main.nominal_start_date) as nominal_start_date,
    coalesce(on_branch.nominal_end_date, on_main.nominal_end_date) as nominal_end_date,
    on_main.total as main_total,
    on_branch.total as branch_total,
    cast(coalesce(on_branch.total, 0) - coalesce(on_main.total, 0) as decimal(28, 8)) as difference,
    coalesce(on_branch.is_shadow, on_main.is_shadow) as is_shadow
from on_main
full outer join on_branch
    on on_main.invoice_id = on_branch.invoice_id
