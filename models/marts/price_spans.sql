select
    span_id,
    price_id,
    lineage_id,
    invoice_id,
    contract_uid,
    contract_id,
    customer_id,
    list_price_uid,
    contract_price_uid,
    product_uid,
    nominal_start_date,
    nominal_end_date,
    started_at,
    ended_at,
    effective_at,
    ineffective_at,
    cast(prorated_days as integer) as prorated_days,
    cast(period_days as integer) as period_days
from {{ ref('ratebook', 'int_price_spans') }}
where rating_set = {{ ratebook.public_rating_set() }}
