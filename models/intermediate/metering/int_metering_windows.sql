-- Windows in which a customer's events of one name are rated, with the products if several share
-- the name. Usage finds its window by customer, name and month first, then by time.
with window_spans as (
    select * from {{ ref('ratebook', 'int_metering_window_spans') }}
),

known_customers as (
    select * from {{ ref('ratebook', 'int_known_customers') }}
),

event_names as (
    select distinct
        rating_set,
        event_name,
        event_name_number,
        siblings is not null as is_shared
    from {{ ref('ratebook', 'int_meters') }}
)

select
    window_spans.rating_set,
    window_spans.metering_window_number,
    window_spans.customer_id,
    known_customers.customer_number,
    window_spans.event_name,
    event_names.event_name_number,
    window_spans.metered_month,
    window_spans.effective_at,
    window_spans.ineffective_at,
    case
        when max(case when event_names.is_shared then 1 end) = 1
            then {{ ratebook.collect_texts('window_spans.product_uid') }}
    end as product_uids
from window_spans
inner join known_customers
    on
        window_spans.rating_set = known_customers.rating_set
        and window_spans.customer_id = known_customers.customer_id
inner join event_names
    on
        window_spans.rating_set = event_names.rating_set
        and window_spans.event_name = event_names.event_name
group by 1, 2, 3, 4, 5, 6, 7, 8, 9
