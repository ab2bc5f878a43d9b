-- Why does the revenue of a month differ from that of the month before? One row per month, currency
-- and is_shadow (a marketplace collects shadow invoices): what was invoiced for the month before,
-- what each group of customers adds or removes, and what is invoiced for this month. Each row adds
-- up: last_month + new + returned + more + less + none_now = invoiced. An invoice counts in the
-- month of its nominal start, drafts included; draft is their part of invoiced.
with invoices as (
    select * from {{ ref('ratebook', 'invoices') }}
),

months as (
    select
        currency,
        is_shadow,
        customer_id,
        cast(date_trunc('month', nominal_start_date) as date) as month_start_date,
        sum(total) as invoiced,
        sum(case when status = 'DRAFT' then total else 0 end) as draft
    from invoices
    group by all
),

-- Each month also counts in the next month, as the month before.
both_months as (
    select
        currency,
        is_shadow,
        customer_id,
        month_start_date,
        cast(0 as decimal(38, 8)) as last_month,
        invoiced,
        draft
    from months
    union all
    select
        currency,
        is_shadow,
        customer_id,
        cast({{ ratebook.add_months('month_start_date', 1) }} as date) as month_start_date,
        invoiced as last_month,
        cast(0 as decimal(38, 8)) as invoiced,
        cast(0 as decimal(38, 8)) as draft
    from months
),

customers as (
    select
        currency,
        is_shadow,
        customer_id,
        month_start_date,
        sum(last_month) as last_month,
        sum(invoiced) as invoiced,
        sum(draft) as draft
    from both_months
    where month_start_date <= (select max(months.month_start_date) from months)
    group by all
),

first_months as (
    select
        currency,
        is_shadow,
        customer_id,
        min(month_start_date) as month_start_date
    from months
    where invoiced != 0
    group by all
),

classed as (
    select
        customers.*,
        customers.invoiced - customers.last_month as difference,
        case
            when customers.month_start_date = first_months.month_start_date then 'new'
            when customers.last_month = 0 then 'returned'
            when customers.invoiced = 0 then 'none_now'
            when customers.invoiced > customers.last_month then 'more'
            else 'less'
        end as movement
    from customers
    left join first_months
        on
            customers.currency = first_months.currency
            and customers.is_shadow = first_months.is_shadow
            and customers.customer_id = first_months.customer_id
)

select
    substr({{ ratebook.text_of_date('month_start_date') }}, 1, 7) as yyyy_mm,
    currency,
    case when is_shadow then 'yes' else 'no' end as shadow,
    sum(last_month) as last_month,
    {%- for movement in ['new', 'returned', 'more', 'less', 'none_now'] %}
    sum(case when movement = '{{ movement }}' then difference else 0 end) as {{ movement }},
    {%- endfor %}
    sum(invoiced) as invoiced,
    sum(draft) as draft
from classed
group by month_start_date, currency, is_shadow
order by currency, is_shadow, month_start_date
