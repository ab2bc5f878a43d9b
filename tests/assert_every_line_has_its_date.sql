-- Otherwise the metrics of line items leave out what is on invoices.
select
    line_items.line_item_id,
    count(dated_line_items.line_item_id) as row_count
from {{ ref('ratebook', 'line_items') }} as line_items
left join {{ ref('ratebook', 'dated_line_items') }} as dated_line_items
    on line_items.line_item_id = dated_line_items.line_item_id
group by line_items.line_item_id
having count(dated_line_items.line_item_id) != 1
