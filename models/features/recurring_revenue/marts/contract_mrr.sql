{{ config(enabled=ratebook.has_feature('recurring_revenue')) }}

select
    contract_id,
    customer_id,
    currency,
    month_start_date,
    mrr,
    arr,
    mrr_before,
    new_mrr,
    expansion_mrr,
    contraction_mrr,
    renewal_mrr,
    churn_mrr,
    reactivation_mrr
from {{ ref('ratebook', 'int_contract_months') }}
where rating_set = {{ ratebook.public_rating_set() }}
