{{ config(enabled=ratebook.has_feature('matrix_prices')) }}

-- The matrix prices of a product in the contracts of a customer, with a number for customers who
-- have the same ones. Each event is put into the cells of all of them, because a price that follows
-- within a period also counts the usage before it.
with matrices as (
    select distinct
        owners.rating_set,
        owners.customer_id,
        prices.product_uid,
        prices.matrix_id
    from {{ ref('ratebook', 'int_prices') }} as prices
    -- A contract may pass to another customer within a period.
    inner join {{ ref('ratebook', 'int_prices') }} as owners
        on
            prices.rating_set = owners.rating_set
            and prices.contract_id = owners.contract_id
            and prices.product_uid = owners.product_uid
    where
        prices.is_billable and prices.has_matrix and prices.rating_set = prices.configuration_set
),

sets as (
    select
        rating_set,
        customer_id,
        product_uid,
        {{ ratebook.joined_texts('matrix_id') }} as matrix_ids
    from matrices
    group by rating_set, customer_id, product_uid
)

select
    rating_set,
    customer_id,
    product_uid,
    dense_rank() over (order by rating_set, matrix_ids) as cell_set_number
from sets
