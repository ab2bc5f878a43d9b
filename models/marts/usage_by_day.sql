select
    line_items.line_item_id,
    line_items.invoice_id,
    line_items.contract_id,
    line_items.customer_id,
    line_items.product_uid,
    days.aggregation,
    days.usage_date,
    cast(days.event_count as bigint) as event_count,
    days.quantity,
    days.last_received_at
from {{ ref('ratebook', 'int_usage_by_day') }} as days
inner join {{ ref('ratebook', 'int_line_items') }} as line_items
    on
        days.rating_set = line_items.rating_set
        and days.span_id = line_items.span_id
        and line_items.line_type = 'usage'
where days.rating_set = {{ ratebook.public_rating_set() }}
