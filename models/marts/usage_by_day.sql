select
    line_items.line_item_id,
    line_items.invoice_id,
    line_items.contract_id,
    line_items.customer_id,
    line_items.product_uid,
    usage_days.aggregation,
    usage_days.usage_date,
    cast(usage_days.event_count as bigint) as event_count,
    usage_days.quantity,
    usage_days.last_received_at
from {{ ref('ratebook', 'int_usage_by_day') }} as usage_days
inner join {{ ref('ratebook', 'int_line_items') }} as line_items
    on
        usage_days.rating_set = line_items.rating_set
        and usage_days.span_id = line_items.span_id
        and usage_days.cell_id is not distinct from line_items.cell_id
        and line_items.line_type = 'usage'
where usage_days.rating_set = {{ ratebook.public_rating_set() }}
