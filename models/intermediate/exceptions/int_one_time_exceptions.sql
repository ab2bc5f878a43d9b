-- One-time prices that are in force at some time, but not on the date on which they would be owed.
with prices as (
    select
        *,
        case when contract_price_uid is not null then 'contract_prices' else 'list_prices' end
            as input,
        coalesce(contract_price_uid, list_price_uid) as id
    from {{ ref('ratebook', 'int_prices') }}
),

one_time_dates as (
    select * from {{ ref('ratebook', 'int_nominal_periods') }}
    where invoice_delivery = 'ONE_TIME'
),

lineages_billed_once as (
    select distinct
        one_time_dates.rating_set,
        one_time_dates.lineage_id
    from one_time_dates
    inner join prices
        on
            one_time_dates.rating_set = prices.rating_set
            and one_time_dates.lineage_id = prices.lineage_id
            and one_time_dates.invoice_delivery = prices.invoice_delivery
            and one_time_dates.invoice_schedule = prices.invoice_schedule
            and one_time_dates.schedule_unit = prices.schedule_unit
            and one_time_dates.billing_anchor = prices.billing_anchor
            and one_time_dates.term_started_at = prices.term_started_at
            and prices.is_billable
            and one_time_dates.term_ended_at is not distinct from prices.term_ended_at
            and one_time_dates.started_at >= prices.effective_at
            and one_time_dates.started_at < prices.ineffective_at
)

select
    prices.rating_set,
    prices.input,
    prices.id,
    'ONE_TIME_OUTSIDE_CONTRACT' as reason,
    'the price is not in force on its date' as detail
from prices
left join lineages_billed_once
    on
        prices.rating_set = lineages_billed_once.rating_set
        and prices.lineage_id = lineages_billed_once.lineage_id
where
    prices.is_billable
    and prices.invoice_delivery = 'ONE_TIME'
    and lineages_billed_once.lineage_id is null
