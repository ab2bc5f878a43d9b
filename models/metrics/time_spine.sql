-- From the first to the last date on which a metric has a value: a fixed calendar would run out.
with metric_dates as (
    select nominal_start_date as metric_date from {{ ref('ratebook', 'invoices') }}
    union all
    select nominal_end_date from {{ ref('ratebook', 'invoices') }}
    {%- if ratebook.has_feature('recurring_revenue') %}
    union all
    select month_start_date from {{ ref('ratebook', 'contract_mrr') }}
    {%- endif %}
    union all
    select received_date from {{ ref('ratebook', 'usage_outcome_counts') }}
    {%- if ratebook.has_feature('partners') %}
    union all
    select payout_month from {{ ref('ratebook', 'partner_payouts') }}
    {%- endif %}
),

limits as (
    select
        min(metric_date) as first_date,
        max(metric_date) as last_date
    from metric_dates
),

-- Without any metric date there are no days.
numbered as (
    select
        first_date,
        {{ ratebook.series('0', ratebook.days_between('first_date', 'last_date')) }} as day_number
    from limits
    where first_date is not null
)

select
    cast({{ ratebook.add_days('first_date', 'cast(day_number as integer)') }} as date) as date_day
from numbered
