-- WEIGHTED_SUM: the level of a customer's product from each change to the next. Every valid event
-- counts, with or without a contract.
with changes as (
    select
        meters.rating_set,
        known_customers.customer_id,
        meters.product_uid,
        totals.metered_at,
        sum(totals.quantity) as quantity
    from {{ ref('ratebook', 'int_usage_totals') }} as totals
    inner join {{ ref('ratebook', 'int_meters') }} as meters
        on totals.meter_number = meters.meter_number
    inner join {{ ref('ratebook', 'int_known_customers') }} as known_customers
        on totals.customer_number = known_customers.customer_number
    where totals.part = 'LEVELS'
    group by 1, 2, 3, 4
)

select
    rating_set,
    customer_id,
    product_uid,
    metered_at as effective_at,
    lead(metered_at, 1, {{ ratebook.end_of_time() }}) over changes_in_order as ineffective_at,
    sum(quantity) over changes_in_order as quantity_level
from changes
window changes_in_order as (
    partition by rating_set, customer_id, product_uid
    order by metered_at
)
