{{ config(enabled=ratebook.has_feature('ledger')) }}
-- Otherwise a customer owes something that no bucket has, and nobody asks for it.
with compared as (
    select
        customer_id,
        currency,
        open_amount
    from {{ ref('ratebook', 'document_balances') }}
    union all
    select
        customer_id,
        currency,
        -open_amount as open_amount
    from {{ ref('ratebook', 'receivables_ageing') }}
)

select
    customer_id,
    currency
from compared
group by customer_id, currency
having sum(open_amount) != 0
