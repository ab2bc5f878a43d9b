-- The periods of each lineage for each delivery, schedule and anchor of its prices, up to the
-- horizon.
with schedules as (
    select distinct
        rating_set,
        lineage_id,
        invoice_delivery,
        invoice_schedule,
        billing_anchor,
        billing_timezone,
        term_started_at,
        term_ended_at,
        {{ ratebook.last_start_at('prices') }} as horizon_at
    from {{ ref('ratebook', 'int_prices') }} as prices
    where is_billable and term_started_at < term_ended_at
),

anchored as (
    select
        *,
        {{ ratebook.local_date('term_started_at', 'billing_timezone') }} as anchor_date,
        {{ ratebook.local_date('term_ended_at', 'billing_timezone') }} as term_end_date,
        {{ ratebook.local_date('least(term_ended_at, horizon_at)', 'billing_timezone') }}
            as last_date
    from schedules
),

-- Periods are counted from the month of the anchor (CALENDAR) or from its date (ANNIVERSARY).
counted as (
    select
        *,
        case
            when billing_anchor = 'CALENDAR' then cast(date_trunc('month', anchor_date) as date)
            else anchor_date
        end as count_from_date
    from anchored
),

numbered as (
    select
        *,
        {{ ratebook.series(
            '0', ratebook.whole_quotient(ratebook.months_between('count_from_date', 'last_date'),
            'invoice_schedule')
        ) }} as period_number
    from counted
    where invoice_delivery != 'ONE_TIME' and term_started_at <= horizon_at
),

dated as (
    select
        *,
        cast({{ ratebook.add_months(
            'count_from_date', 'cast(period_number * invoice_schedule as integer)'
        ) }} as date) as nominal_start_date,
        cast({{ ratebook.add_months(
            'count_from_date', 'cast((period_number + 1) * invoice_schedule as integer)'
        ) }} as date) as nominal_end_date
    from numbered
),

-- Many periods share a date, and finding a local midnight is expensive.
dates as (
    select
        billing_timezone,
        nominal_start_date as nominal_date
    from dated
    union
    select
        billing_timezone,
        nominal_end_date as nominal_date
    from dated
),

midnights as (
    select
        *,
        {{ ratebook.local_midnight('nominal_date', 'billing_timezone') }} as midnight_at
    from dates
),

bounded as (
    select
        dated.*,
        start_midnights.midnight_at as nominal_start_at,
        end_midnights.midnight_at as nominal_end_at
    from dated
    inner join midnights as start_midnights
        on
            dated.billing_timezone = start_midnights.billing_timezone
            and dated.nominal_start_date = start_midnights.nominal_date
    inner join midnights as end_midnights
        on
            dated.billing_timezone = end_midnights.billing_timezone
            and dated.nominal_end_date = end_midnights.nominal_date
),

-- A rest of less than a local day after the last whole period joins that period. Days are counted
-- between the dates of the bounds, because a zone may skip a nominal date.
recurring as (
    select
        *,
        case when period_number = 0 then term_started_at else nominal_start_at end as started_at,
        case
            when
                term_end_date <= {{ ratebook.local_date('nominal_end_at', 'billing_timezone') }}
                then term_ended_at
            else nominal_end_at
        end as ended_at
    from bounded
    where
        period_number = 0
        or {{ ratebook.local_date('nominal_start_at', 'billing_timezone') }} < term_end_date
),

one_time as (
    select
        *,
        greatest(
            term_started_at,
            {{ ratebook.local_midnight(
                ratebook.add_months('count_from_date', 'invoice_schedule'), 'billing_timezone'
            ) }}
        ) as started_at
    from counted
    where invoice_delivery = 'ONE_TIME'
)

select
    rating_set,
    lineage_id,
    invoice_delivery,
    invoice_schedule,
    billing_anchor,
    billing_timezone,
    term_started_at,
    term_ended_at,
    nominal_start_date,
    nominal_end_date,
    started_at,
    ended_at
from recurring
where started_at <= horizon_at
union all
select
    rating_set,
    lineage_id,
    invoice_delivery,
    invoice_schedule,
    billing_anchor,
    billing_timezone,
    term_started_at,
    term_ended_at,
    {{ ratebook.local_date('started_at', 'billing_timezone') }} as nominal_start_date,
    {{ ratebook.local_date('started_at', 'billing_timezone') }} as nominal_end_date,
    started_at,
    started_at as ended_at
from one_time
