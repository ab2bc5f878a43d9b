-- The one pass over usage: rated events are added up by span and day received, the others keep
-- their id.
with targeted as (
    select * from {{ ref('ratebook', 'int_usage_events_targeted') }}
),

uncontested as (
    select
        *,
        span_id is not null as is_event_rated,
        true as is_event_counted_here,
        true as is_product_counted_here,
        false as has_several_contracts
    from targeted
    where not is_contested
),

-- An event with several rows is counted on one of them, and for each product on one of that
-- product's.
contested as (
    select
        *,
        count(span_id) over (partition by rating_set, transaction_id) > 0 as is_event_rated,
        row_number() over (
            partition by rating_set, transaction_id
            order by case when span_id is null then 1 else 0 end, product_uid, span_id
        ) = 1 as is_event_counted_here,
        row_number() over (partition by rating_set, transaction_id, product_uid order by span_id)
        = 1
            as is_product_counted_here,
        min(contract_id) over (partition by rating_set, transaction_id, product_uid)
        != max(contract_id)
            over (partition by rating_set, transaction_id, product_uid)
            as has_several_contracts
    from targeted
    where is_contested
),

counted as (
    select * from uncontested
    union all
    select * from contested
)

select
    rating_set,
    span_id,
    customer_id,
    product_uid,
    aggregation,
    event_name,
    outcome,
    detail,
    cast(received_at as date) as received_date,
    counted_value,
    case when span_id is null then transaction_id end as transaction_id,
    case when span_id is null or aggregation = 'WEIGHTED_SUM' then metered_at end as metered_at,
    case when span_id is null then received_at end as received_at,
    coalesce(is_event_rated, false) as is_event_rated,
    coalesce(has_several_contracts, false) as has_several_contracts,
    min(metered_at) as first_metered_at,
    max(metered_at) as last_metered_at,
    count(*) as event_count,
    sum(case when is_event_counted_here then 1 else 0 end) as counted_event_count,
    sum(cast(quantity as decimal(38, 12))) as quantity,
    sum(case when is_product_counted_here then cast(quantity as decimal(38, 12)) end)
        as level_change,
    max(case when aggregation = 'MAX' then quantity end) as highest_quantity,
    {{ ratebook.latest_quantity(
        'aggregation', 'metered_at', 'received_at', 'transaction_id', 'quantity'
    ) }}
        as latest
from counted
group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
