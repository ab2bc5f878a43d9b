{{ config(enabled=ratebook.has_feature('recurring_revenue')) }}

select
    contract_event_id,
    contract_id,
    contract_uid,
    customer_id,
    event_type,
    change_type,
    renewal_number,
    occurred_at,
    currency,
    mrr_before,
    mrr_after,
    arr_before,
    arr_after,
    end_reason
from {{ ref('ratebook', 'int_contract_events') }}
where rating_set = {{ ratebook.public_rating_set() }}
