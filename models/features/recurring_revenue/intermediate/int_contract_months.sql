{{ config(enabled=ratebook.has_feature('recurring_revenue')) }}

-- The recurring revenue of contracts at the end of each month, local in their billing time zone,
-- and its movements since the month before.
with revenue as (
    select
        revenue.*,
        {{ ratebook.local_date('revenue.changed_at', 'zones.billing_timezone') }} as changed_date,
        {{ ratebook.local_date('revenue.until_at', 'zones.billing_timezone') }} as until_date,
        {{ ratebook.local_date(ratebook.horizon(), 'zones.billing_timezone') }} as last_date
    from {{ ref('ratebook', 'int_recurring_revenue') }} as revenue
    inner join {{ ref('ratebook', 'int_contract_zones') }} as zones
        on
            revenue.rating_set = zones.rating_set
            and revenue.contract_id = zones.contract_id
),

renewals as (
    select distinct
        rating_set,
        contract_id,
        occurred_at
    from {{ ref('ratebook', 'int_contract_milestones') }}
    where event_type = 'RENEWED'
),

-- Each step covers the ends of the months from the one in which it starts to the one before it
-- ends. A step without revenue needs only its first month.
with_month_counts as (
    select
        *,
        cast(date_trunc('month', changed_date) as date) as first_month_date,
        least(
            {{ ratebook.months_between('changed_date', 'last_date') }} + 1,
            coalesce(
                {{ ratebook.months_between('changed_date', 'until_date') }},
                {{ ratebook.months_between('changed_date', 'last_date') }} + 1
            ),
            case when mrr = 0 and arr = 0 then 1 else 12000 end
        ) as month_count
    from revenue
),

numbered as (
    select
        *,
        {{ ratebook.series('0', 'month_count - 1') }} as month_number
    from with_month_counts
),

months as (
    select
        rating_set,
        contract_id,
        customer_id,
        currency,
        mrr,
        arr,
        cast({{ ratebook.add_months('first_month_date', 'cast(month_number as integer)') }} as date)
            as month_start_date
    from numbered
),

renewed as (
    select
        revenue.rating_set,
        revenue.contract_id,
        revenue.customer_id,
        revenue.currency,
        cast(date_trunc('month', revenue.changed_date) as date) as month_start_date,
        sum(revenue.mrr - revenue.mrr_before) as amount
    from revenue
    inner join renewals
        on
            revenue.rating_set = renewals.rating_set
            and revenue.contract_id = renewals.contract_id
            and revenue.changed_at = renewals.occurred_at
    group by 1, 2, 3, 4, 5
),

ordered as (
    select
        *,
        coalesce(lag(mrr) over months_in_order, cast(0 as decimal(28, 8))) as mrr_before,
        coalesce(lag(arr) over months_in_order, cast(0 as decimal(28, 8))) as arr_before,
        coalesce(max(mrr) over (
            partition by rating_set, contract_id, customer_id, currency
            order by month_start_date
            rows between unbounded preceding and 1 preceding
        ) > 0, false) as is_known
    from months
    window months_in_order as (
        partition by rating_set, contract_id, customer_id, currency
        order by month_start_date
    )
),

-- The part of a change that renewals do not explain is expansion or contraction; a start or an end
-- is only that.
with_renewals as (
    select
        ordered.*,
        case
            when ordered.mrr > 0 and ordered.mrr_before > 0
                then cast(coalesce(renewed.amount, 0) as decimal(28, 8))
            else cast(0 as decimal(28, 8))
        end as renewal_mrr
    from ordered
    left join renewed
        on
            ordered.rating_set = renewed.rating_set
            and ordered.contract_id = renewed.contract_id
            and ordered.customer_id = renewed.customer_id
            and ordered.currency = renewed.currency
            and ordered.month_start_date = renewed.month_start_date
    where
        ordered.mrr != 0 or ordered.arr != 0
        or ordered.mrr_before != 0 or ordered.arr_before != 0
),

split as (
    select
        *,
        cast(mrr - mrr_before - renewal_mrr as decimal(28, 8)) as other_change
    from with_renewals
)

select
    rating_set,
    contract_id,
    customer_id,
    currency,
    month_start_date,
    mrr,
    arr,
    mrr_before,
    case when mrr_before = 0 and not is_known then mrr else cast(0 as decimal(28, 8)) end
        as new_mrr,
    case
        when mrr > 0 and mrr_before > 0
            then greatest(other_change, cast(0 as decimal(28, 8)))
        else cast(0 as decimal(28, 8))
    end as expansion_mrr,
    case
        when mrr > 0 and mrr_before > 0
            then least(other_change, cast(0 as decimal(28, 8)))
        else cast(0 as decimal(28, 8))
    end as contraction_mrr,
    renewal_mrr,
    case when mrr = 0 then -mrr_before else cast(0 as decimal(28, 8)) end as churn_mrr,
    case when mrr_before = 0 and is_known then mrr else cast(0 as decimal(28, 8)) end
        as reactivation_mrr
from split
