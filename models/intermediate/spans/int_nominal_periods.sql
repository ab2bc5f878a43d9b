{%- set keys = [
    'rating_set', 'lineage_id', 'invoice_delivery', 'invoice_schedule', 'schedule_unit',
    'billing_anchor', 'billing_timezone', 'term_started_at', 'term_ended_at',
] -%}
{%- set last_date_of_period = ratebook.local_date('nominal_end_at', 'billing_timezone') -%}
-- The periods of each lineage for each delivery, schedule and anchor of its prices, up to the
-- horizon.
with schedules as (
    select distinct
        {%- for column in keys + ['contract_started_at', 'phase_start_months'] %}
        {{ column }},
        {%- endfor %}
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

-- Periods count from the month or the Monday of the anchor (CALENDAR) or from its date
-- (ANNIVERSARY, and all of days); those of an ANNIVERSARY phase from so many months after the start
-- of the contract. Periods of months add these later, so that a day is clipped only once.
counted as (
    select
        *,
        {{ ratebook.schedule_days('invoice_schedule', 'schedule_unit') }} as schedule_days,
        cast(case
            when billing_anchor = 'CALENDAR' and schedule_unit in ('MONTH', 'WEEK')
                then date_trunc(lower(schedule_unit), anchor_date)
            when billing_anchor = 'ANNIVERSARY' and phase_start_months > 0
                then {{ ratebook.add_months(
                    ratebook.local_date('contract_started_at', 'billing_timezone'),
                    "case when schedule_unit = 'MONTH' then 0 else phase_start_months end"
                ) }}
            else anchor_date
        end as date) as count_from_date,
        case when billing_anchor = 'CALENDAR' then 0 else phase_start_months end
            as count_from_months
    from anchored
),

numbered as (
    select
        *,
        {{ ratebook.series('0', ratebook.whole_quotient(
            '(case when schedule_days is null then '
            ~ ratebook.months_between('count_from_date', 'last_date') ~ ' - count_from_months else '
            ~ ratebook.days_between('count_from_date', 'last_date') ~ ' end)',
            'coalesce(schedule_days, invoice_schedule)'
        )) }} as period_number
    from counted
    where invoice_delivery != 'ONE_TIME' and term_started_at <= horizon_at
),

dated as (
    select
        {%- for name, number in {'start': 'period_number', 'end': '(period_number + 1)'}.items() %}
        {{ ratebook.schedules_after(number) }} as nominal_{{ name }}_date,
        {%- endfor %}
        *
    from numbered
),

-- Many periods share a date, and finding a local midnight is expensive.
dates as (
    {%- for name in ['start', 'end'] %}
    select
        billing_timezone,
        nominal_{{ name }}_date as nominal_date
    from dated
    {{ "union" if not loop.last }}
    {%- endfor %}
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
            when term_end_date <= {{ last_date_of_period }} then term_ended_at
            else nominal_end_at
        end as ended_at,
        case
            when nominal_end_at < term_ended_at and term_end_date <= {{ last_date_of_period }}
                then nominal_end_at
        end as rest_starts_at
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
            {{ ratebook.local_midnight(ratebook.schedules_after('1'), 'billing_timezone') }}
        ) as started_at
    from counted
    where invoice_delivery = 'ONE_TIME'
)

select
    {%- for column in keys %}
    {{ column }},
    {%- endfor %}
    nominal_start_date,
    nominal_end_date,
    started_at,
    ended_at,
    rest_starts_at
from recurring
-- A day that the zone skips is no period.
where started_at <= horizon_at and started_at < ended_at
union all
select
    {%- for column in keys %}
    {{ column }},
    {%- endfor %}
    {{ ratebook.local_date('started_at', 'billing_timezone') }} as nominal_start_date,
    {{ ratebook.local_date('started_at', 'billing_timezone') }} as nominal_end_date,
    started_at,
    started_at as ended_at,
    cast(null as timestamp) as rest_starts_at
from one_time
