-- The number stands for rating set and customer where there are many rows.
with known as (
    select
        rating_set,
        customer_id
    from {{ ref('ratebook', 'int_customer_windows') }}
    union
    select
        rating_set,
        customer_id
    from {{ ref('ratebook', 'int_contract_rows') }}
    where customer_id is not null
)

select
    rating_set,
    customer_id,
    row_number() over (order by rating_set, customer_id) as customer_number
from known
