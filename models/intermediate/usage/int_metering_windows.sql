-- Windows in which a customer's events of one name are rated, with the products that rate them.
-- Events find theirs by customer, name and month first, then by instant.
select
    rating_set,
    metering_window_number,
    customer_id,
    event_name,
    metered_month,
    effective_at,
    ineffective_at,
    {{ ratebook.collect_texts('product_uid') }} as product_uids
from {{ ref('ratebook', 'int_metering_window_spans') }}
group by 1, 2, 3, 4, 5, 6, 7
