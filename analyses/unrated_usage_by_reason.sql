-- Which usage does no customer pay for? One row per reason, customer, event name and product, to
-- follow a reason of top_exceptions to its events. Repeats, and events that a filter excludes, are
-- unrated on purpose, and left out here. An event that two products could rate is in the row of
-- each.
with exceptions as (
    select * from {{ ref('ratebook', 'usage_event_exceptions') }}
    where reason not in ('DUPLICATE', 'FILTERED_OUT')
)

select
    reason,
    customer_id,
    event_name,
    product_uid,
    count(*) as events,
    cast(min(metered_at) as date) as first_date,
    cast(max(metered_at) as date) as last_date,
    min(detail) as example
from exceptions
group by reason, customer_id, event_name, product_uid
order by count(*) desc, reason asc, customer_id asc, event_name asc, product_uid asc
