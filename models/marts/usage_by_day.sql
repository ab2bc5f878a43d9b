select
    line_item_id,
    invoice_id,
    contract_id,
    customer_id,
    product_uid,
    aggregation,
    usage_date,
    cast(event_count as bigint) as event_count,
    quantity
from {{ ref('ratebook', 'int_usage_by_day') }}
where rating_set = {{ ratebook.public_rating_set() }}
