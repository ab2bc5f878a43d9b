select
    invoice_id,
    contract_id,
    customer_id,
    customer_name,
    billing_target,
    invoice_delivery,
    currency,
    nominal_start_date,
    nominal_end_date,
    started_at,
    ended_at,
    created_at,
    issued_at,
    due_at,
    status,
    line_count,
    total,
    minor_units,
    billing_timezone,
    is_shadow
from {{ ref('ratebook', 'int_invoices') }}
where rating_set = {{ ratebook.public_rating_set() }}
