-- Prices whose billing periods need a look: whole fees for parts of a period, schedules that
-- change, and starts just before a month ends.
with prices as (
    select
        *,
        case when contract_price_uid is not null then 'contract_prices' else 'list_prices' end
            as input,
        coalesce(contract_price_uid, list_price_uid) as id
    from {{ ref('ratebook', 'int_prices') }}
),

contract_windows as (
    select * from {{ ref('ratebook', 'int_contract_windows') }}
),

stubs as (
    select distinct
        rating_set,
        coalesce(contract_price_uid, list_price_uid) as id,
        case when contract_price_uid is not null then 'contract_prices' else 'list_prices' end
            as input
    from {{ ref('ratebook', 'int_line_items') }}
    where
        line_type = 'fixed'
        and not prorate
        and (
            {{ ratebook.local_date('greatest(started_at, trial_ends_at)', 'billing_timezone') }}
            > nominal_start_date
            or {{ ratebook.local_date('ended_at', 'billing_timezone') }} < nominal_end_date
        )
),

with_schedules as (
    select
        *,
        invoice_delivery
        || '/'
        || cast(invoice_schedule as varchar)
        || ' '
        || schedule_unit
        || '/'
        || billing_anchor as own_schedule
    from prices
    where is_billable
),

billable_in_order as (
    select
        *,
        lag(own_schedule)
            over (
                partition by rating_set, lineage_id
                order by effective_at, price_id
            ) as previous_schedule
    from with_schedules
),

starts as (
    select
        *,
        {{ ratebook.local_midnight(
            ratebook.add_months(
                "date_trunc('month', " ~ ratebook.to_local('term_started_at',
                'billing_timezone') ~ ')', 1
            ),
            'billing_timezone'
        ) }} as next_month_at
    from prices
    where
        is_billable
        and billing_anchor = 'CALENDAR'
        and schedule_unit = 'MONTH'
        -- Nobody writes when a list price begins.
        and (contract_price_uid is not null or term_started_at = contract_started_at)
),

starts_near_boundary as (
    select * from starts
    where next_month_at < {{ ratebook.add_hours('term_started_at', 24) }}
),

first_contract_rows as (
    select
        rating_set,
        contract_id,
        contract_uid,
        row_number() over (
            partition by rating_set, contract_id
            order by started_at, amendment_number
        ) as choice
    from contract_windows
    where amendment_number is not null
)

select
    rating_set,
    input,
    id,
    'UNPRORATED_STUB' as reason,
    'a whole fee is owed for a part of a period' as detail
from stubs
union all
select
    rating_set,
    'contracts' as input,
    contract_uid as id,
    'SCHEDULE_CHANGED' as reason,
    'product ' || product_uid || ': from ' || previous_schedule || ' to ' || own_schedule as detail
from billable_in_order
where previous_schedule != own_schedule
union all
select
    starts_near_boundary.rating_set,
    case
        when
            starts_near_boundary.term_started_at = starts_near_boundary.contract_started_at
            then 'contracts'
        else starts_near_boundary.input
    end as input,
    case
        when starts_near_boundary.term_started_at = starts_near_boundary.contract_started_at
            then first_contract_rows.contract_uid
        else starts_near_boundary.id
    end as id,
    'STARTS_NEAR_BOUNDARY' as reason,
    'it starts less than 24 hours before a month ends: is its time zone meant?' as detail
from starts_near_boundary
inner join first_contract_rows
    on
        starts_near_boundary.rating_set = first_contract_rows.rating_set
        and starts_near_boundary.contract_id = first_contract_rows.contract_id
        and first_contract_rows.choice = 1
