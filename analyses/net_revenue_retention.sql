{{ config(enabled=ratebook.has_feature('recurring_revenue')) }}
{#- 100, in units of 10^-12. -#}
{%- set hundred = ' * 100000000000000' -%}
-- How much do the customers with recurring revenue twelve months earlier pay now? One row per
-- currency and month, from the first month of the currency to the last of all. Net retention counts
-- everything that these customers pay now; gross retention at most what each paid then. Null if no
-- customer paid then; 0.00 if all of it is gone. exact_amount cuts off, so that percentages are
-- rounded only once.
with contract_months as (
    select * from {{ ref('ratebook', 'contract_mrr') }}
),

customer_months as (
    select
        currency,
        customer_id,
        month_start_date,
        sum(mrr) as mrr
    from contract_months
    group by currency, customer_id, month_start_date
),

last_month as (
    select max(month_start_date) as month_start_date from contract_months
),

-- Include months in which a currency has no customers.
first_months as (
    select
        currency,
        min(month_start_date) as month_start_date
    from contract_months
    group by currency
),

months as (
    select
        first_months.currency,
        cast({{ ratebook.add_months(
            'first_months.month_start_date',
            ratebook.series(
                '0',
                ratebook.months_between('first_months.month_start_date', 'last_month.month_start_date')
            )
        ) }} as date) as month_start_date
    from first_months
    cross join last_month
),

cohorts as (
    select
        months.currency,
        months.month_start_date,
        count(then_months.customer_id) as customers_then,
        count(case when now_months.mrr > 0 then 1 end) as customers_now,
        sum(then_months.mrr) as mrr_then,
        sum(case when then_months.mrr is not null then coalesce(now_months.mrr, 0) end) as mrr_now,
        sum(least(then_months.mrr, coalesce(now_months.mrr, 0))) as mrr_kept
    from months
    left join customer_months as then_months
        on
            months.currency = then_months.currency
            and months.month_start_date
            = {{ ratebook.add_months('then_months.month_start_date', 12) }}
            and then_months.mrr > 0
    left join customer_months as now_months
        on
            then_months.currency = now_months.currency
            and then_months.customer_id = now_months.customer_id
            and months.month_start_date = now_months.month_start_date
    group by months.currency, months.month_start_date
)

select
    substr({{ ratebook.text_of_date('month_start_date') }}, 1, 7) as yyyy_mm,
    currency,
    customers_then,
    customers_now,
    mrr_then,
    mrr_now,
    cast(round({{ ratebook.exact_amount(
        '1', ratebook.quantity_numerator('mrr_now') ~ hundred, ratebook.quantity_numerator('mrr_then')
    ) }}, 2) as decimal(18, 2)) as net_percent,
    cast(round({{ ratebook.exact_amount(
        '1', ratebook.quantity_numerator('mrr_kept') ~ hundred, ratebook.quantity_numerator('mrr_then')
    ) }}, 2) as decimal(18, 2)) as gross_percent
from cohorts
order by currency, month_start_date
