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
