-- WEIGHTED_SUM: the level of a customer's product from each change to the next. Every valid event
-- counts, with or without a contract.
select
    rating_set,
    level_customer_id as customer_id,
    level_product_uid as product_uid,
    level_at as effective_at,
    lead(level_at, 1, {{ ratebook.end_of_time() }}) over changes_in_order as ineffective_at,
    sum(quantity) over changes_in_order as quantity_level
from {{ ref('ratebook', 'int_usage_totals') }}
where level_at is not null
window changes_in_order as (
    partition by rating_set, level_customer_id, level_product_uid
    order by level_at
)
