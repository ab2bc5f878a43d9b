-- WEIGHTED_SUM: the level of a customer's product from each change of it to the next. Every valid
-- event counts, in a contract or before it.
with changes as (
    select
        rating_set,
        customer_id,
        product_uid,
        metered_at,
        sum(level_change) as level_change
    from {{ ref('ratebook', 'int_usage_totals') }}
    where aggregation = 'WEIGHTED_SUM' and outcome is null
    group by rating_set, customer_id, product_uid, metered_at
)

select
    rating_set,
    customer_id,
    product_uid,
    metered_at as effective_at,
    lead(metered_at, 1, {{ ratebook.end_of_time() }}) over changes_in_order as ineffective_at,
    sum(level_change) over changes_in_order as quantity_level
from changes
window changes_in_order as (partition by rating_set, customer_id, product_uid order by metered_at)
