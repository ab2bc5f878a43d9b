-- WEIGHTED_SUM: until when a change of a level counts in a span that rates it, by customer and
-- event name, with the products. A change before the start of a contract is in the level of its
-- spans.
with meters as (
    select * from {{ ref('ratebook', 'int_meters') }}
    where aggregation = 'WEIGHTED_SUM' and not is_defective
),

last_spans as (
    select
        spans.rating_set,
        spans.customer_id,
        known_customers.customer_number,
        meters.event_name,
        meters.event_name_number,
        spans.product_uid,
        max(spans.ineffective_at) as carried_until
    from {{ ref('ratebook', 'int_price_spans') }} as spans
    inner join {{ ref('ratebook', 'int_known_customers') }} as known_customers
        on
            spans.rating_set = known_customers.rating_set
            and spans.customer_id = known_customers.customer_id
    inner join meters
        on
            spans.rating_set = meters.rating_set
            and spans.product_uid = meters.product_uid
    where spans.effective_at < spans.ineffective_at
    group by 1, 2, 3, 4, 5, 6
),

ends as (
    select distinct
        customer_number,
        event_name_number,
        carried_until
    from last_spans
),

windows as (
    select
        *,
        lag(carried_until, 1, {{ ratebook.beginning_of_time() }}) over (
            partition by customer_number, event_name_number
            order by carried_until
        ) as effective_at
    from ends
)

select
    last_spans.rating_set,
    last_spans.customer_id,
    windows.customer_number,
    last_spans.event_name,
    windows.event_name_number,
    windows.effective_at,
    windows.carried_until as ineffective_at,
    {{ ratebook.collect_texts('last_spans.product_uid') }} as product_uids
from windows
inner join last_spans
    on
        windows.customer_number = last_spans.customer_number
        and windows.event_name_number = last_spans.event_name_number
        and windows.carried_until <= last_spans.carried_until
group by 1, 2, 3, 4, 5, 6, 7
