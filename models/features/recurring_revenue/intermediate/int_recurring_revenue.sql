{{ config(enabled=ratebook.has_feature('recurring_revenue')) }}

{#- The most that one fee can lose by truncation. -#}
{%- set last_decimal = 'cast(0.00000000000000000001 as decimal(38, 20))' -%}
-- The recurring revenue of a contract from each instant at which a fee starts, ends or changes.
-- Amounts are rounded once. Each fee was truncated after 20 decimals, so the sum may be too low by
-- up to one last decimal per fee: these are added back, so that an exact half still rounds up.
with fees as (
    select * from {{ ref('ratebook', 'int_recurring_fees') }}
),

currencies as (
    select * from {{ ref('ratebook', 'int_currencies') }}
),

changes as (
    select
        rating_set,
        contract_id,
        customer_id,
        currency,
        effective_at as changed_at,
        monthly_amount as amount,
        1 as fee_count
    from fees
    union all
    select
        rating_set,
        contract_id,
        customer_id,
        currency,
        ineffective_at as changed_at,
        -monthly_amount as amount,
        -1 as fee_count
    from fees
    where ineffective_at < {{ ratebook.end_of_time() }}
),

instants as (
    select
        rating_set,
        contract_id,
        customer_id,
        currency,
        changed_at,
        sum(amount) as amount,
        sum(fee_count) as fee_count
    from changes
    group by rating_set, contract_id, customer_id, currency, changed_at
),

summed as (
    select
        *,
        lead(changed_at) over changes_in_order as until_at,
        cast(sum(amount) over changes_in_order as decimal(38, 20)) as monthly_amount,
        cast(sum(fee_count) over changes_in_order as decimal(9, 0)) as fees_in_force
    from instants
    window changes_in_order as (
        partition by rating_set, contract_id, customer_id, currency
        order by changed_at
    )
),

positive as (
    select
        *,
        greatest(monthly_amount + fees_in_force * {{ last_decimal }}, cast(0 as decimal(38, 20)))
            as exact_amount
    from summed
),

rounded as (
    select
        positive.*,
        {{ ratebook.round_money(
            'positive.exact_amount', 'coalesce(currencies.minor_units, 2)'
        ) }} as mrr,
        {{ ratebook.round_money(
            'positive.exact_amount * 12', 'coalesce(currencies.minor_units, 2)'
        ) }} as arr
    from positive
    left join currencies
        on
            positive.rating_set = currencies.rating_set
            and positive.currency = currencies.currency
)

select
    rating_set,
    contract_id,
    customer_id,
    currency,
    changed_at,
    until_at,
    mrr,
    arr,
    coalesce(lag(mrr) over changes_in_order, cast(0 as decimal(28, 8))) as mrr_before,
    coalesce(lag(arr) over changes_in_order, cast(0 as decimal(28, 8))) as arr_before
from rounded
window changes_in_order as (
    partition by rating_set, contract_id, customer_id, currency
    order by changed_at
)
