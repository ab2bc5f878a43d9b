{{ config(group='engine', enabled=ratebook.has_feature('recurring_revenue')) }}

-- Otherwise the movements of a month do not explain the change of its MRR: the revenue bridge does
-- not close, or churn is counted twice. The change is taken from the month before, or from nothing
-- if there is none; a month is left out only if neither it nor the month before has revenue.
with months as (
    select
        *,
        lag(mrr) over contract_months as previous_mrr,
        lag(month_start_date) over contract_months as previous_month_date
    from {{ ref('ratebook', 'int_contract_months') }}
    window contract_months as (
        partition by rating_set, contract_id, customer_id, currency
        order by month_start_date
    )
)

select
    rating_set,
    contract_id,
    customer_id,
    currency,
    month_start_date
from months
where
    (
        mrr - mrr_before
        = new_mrr + expansion_mrr + contraction_mrr + renewal_mrr + churn_mrr + reactivation_mrr
    ) is not true
    or (mrr_before = coalesce(previous_mrr, 0)) is not true
    or (
        mrr_before != 0
        and previous_month_date != {{ ratebook.add_months('month_start_date', '-1') }}
    )
    or mrr < 0
    or (churn_mrr != 0 and (mrr != 0 or churn_mrr != -mrr_before))
    or least(new_mrr, expansion_mrr, reactivation_mrr) < 0
    or greatest(contraction_mrr, churn_mrr) > 0
