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
        meters.event_name,
        spans.product_uid,
        max(spans.ineffective_at) as carried_until
    from {{ ref('ratebook', 'int_price_spans') }} as spans
    inner join meters
        on
            spans.rating_set = meters.rating_set
            and spans.product_uid = meters.product_uid
    where spans.effective_at < spans.ineffective_at
    group by 1, 2, 3, 4
),

ends as (
    select distinct
        rating_set,
        customer_id,
        event_name,
        carried_until
    from last_spans
),

windows as (
    select
        *,
        lag(carried_until, 1, {{ ratebook.beginning_of_time() }}) over (
            partition by rating_set, customer_id, event_name
            order by carried_until
        ) as effective_at
    from ends
)

select
    windows.rating_set,
    windows.customer_id,
    windows.event_name,
    windows.effective_at,
    windows.carried_until as ineffective_at,
    {{ ratebook.collect_texts('last_spans.product_uid') }} as product_uids
from windows
inner join last_spans
    on
        windows.rating_set = last_spans.rating_set
        and windows.customer_id = last_spans.customer_id
        and windows.event_name = last_spans.event_name
        and windows.carried_until <= last_spans.carried_until
group by 1, 2, 3, 4, 5
