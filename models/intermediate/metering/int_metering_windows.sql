-- Windows in which a customer's events of one name are rated, with the products if several share
-- the name. Usage finds its window by customer, name and month first, then by time.
select
    metering_window_number,
    customer_number,
    event_name_number,
    metered_month,
    effective_at,
    ineffective_at,
    case
        when max(case when has_siblings then 1 end) = 1
            then {{ ratebook.collect_texts('product_uid') }}
    end as product_uids
from {{ ref('ratebook', 'int_metering_window_spans') }}
group by 1, 2, 3, 4, 5, 6
