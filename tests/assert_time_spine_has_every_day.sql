-- Otherwise metrics that MetricFlow joins to the spine lose the values of missing days.
with metric_dates as (
    select nominal_start_date as metric_date from {{ ref('ratebook', 'invoices') }}
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
        min(date_day) as first_date,
        max(date_day) as last_date,
        count(distinct date_day) as day_count
    from {{ ref('ratebook', 'time_spine') }}
)

select 'a gap' as problem
from limits
where day_count != {{ ratebook.days_between('first_date', 'last_date') }} + 1
union all
select cast(metric_dates.metric_date as varchar)
from metric_dates
left join {{ ref('ratebook', 'time_spine') }} as time_spine
    on metric_dates.metric_date = time_spine.date_day
where metric_dates.metric_date is not null and time_spine.date_day is null
