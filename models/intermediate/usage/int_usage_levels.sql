-- WEIGHTED_SUM: the level of a customer's product from each change to the next. Every valid event
-- counts, with or without a contract.
select
    rating_set,
    customer_id,
    product_uid,
    metered_at as effective_at,
    lead(metered_at, 1, {{ ratebook.end_of_time() }}) over changes_in_order as ineffective_at,
    sum(quantity) over changes_in_order as quantity_level
from {{ ref('ratebook', 'int_usage_totals') }}
where part = 'LEVELS'
window changes_in_order as (
    partition by rating_set, customer_id, product_uid
    order by metered_at
)
