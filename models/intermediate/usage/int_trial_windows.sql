-- When a contract would rate a customer's usage of a product, if it were not in its trial.
with pieces as (
    select * from {{ ref('ratebook', 'int_period_pieces') }}
    where product_type = 'EVENT' and effective_at < trial_ends_at
)

select distinct
    rating_set,
    customer_id,
    product_uid,
    effective_at,
    least(ineffective_at, trial_ends_at) as ineffective_at
from pieces
