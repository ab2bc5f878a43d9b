{{ config(enabled=ratebook.has_feature('recurring_revenue')) }}

-- Milestones of contracts and the fee changes between them, with the recurring revenue before and
-- after.
with milestones as (
    select * from {{ ref('ratebook', 'int_contract_milestones') }}
    where occurred_at <= {{ ratebook.horizon() }} or occurred_at is null
),

revenue as (
    select * from {{ ref('ratebook', 'int_recurring_revenue') }}
    where changed_at <= {{ ratebook.horizon() }}
),

currencies as (
    select distinct
        rating_set,
        contract_id,
        currency
    from {{ ref('ratebook', 'int_prices') }}
    where is_billable
),

events as (
    select
        rating_set,
        contract_id,
        contract_uid,
        customer_id,
        event_type,
        occurred_at,
        renewal_number,
        end_reason
    from milestones
    union all
    select
        rating_set,
        contract_id,
        contract_uid,
        customer_id,
        'AMENDED' as event_type,
        changed_at as occurred_at,
        cast(null as integer) as renewal_number,
        cast(null as varchar) as end_reason
    from {{ ref('ratebook', 'int_fee_changes') }}
    where changed_at <= {{ ratebook.horizon() }}
),

-- Across customers: an event covers the whole contract.
with_revenue as (
    select
        events.rating_set,
        events.contract_id,
        events.contract_uid,
        events.customer_id,
        events.event_type,
        events.occurred_at,
        events.renewal_number,
        events.end_reason,
        currencies.currency,
        cast(coalesce(sum(case
            when revenue.changed_at = events.occurred_at then revenue.mrr_before
            else revenue.mrr
        end), 0) as decimal(28, 8)) as mrr_before,
        cast(coalesce(sum(case
            when revenue.changed_at = events.occurred_at and events.event_type = 'SIGNED'
                then revenue.mrr_before
            else revenue.mrr
        end), 0) as decimal(28, 8)) as mrr_after,
        cast(coalesce(sum(case
            when revenue.changed_at = events.occurred_at then revenue.arr_before
            else revenue.arr
        end), 0) as decimal(28, 8)) as arr_before,
        cast(coalesce(sum(case
            when revenue.changed_at = events.occurred_at and events.event_type = 'SIGNED'
                then revenue.arr_before
            else revenue.arr
        end), 0) as decimal(28, 8)) as arr_after
    from events
    left join currencies
        on
            events.rating_set = currencies.rating_set
            and events.contract_id = currencies.contract_id
    left join revenue
        on
            events.rating_set = revenue.rating_set
            and events.contract_id = revenue.contract_id
            and currencies.currency = revenue.currency
            and events.occurred_at >= revenue.changed_at
            and (events.occurred_at < revenue.until_at or revenue.until_at is null)
    group by
        events.rating_set,
        events.contract_id,
        events.contract_uid,
        events.customer_id,
        events.event_type,
        events.occurred_at,
        events.renewal_number,
        events.end_reason,
        currencies.currency
)

select
    *,
    case
        when event_type != 'AMENDED' then null
        when mrr_after > mrr_before or (mrr_after = mrr_before and arr_after > arr_before)
            then 'UPSELL'
        when mrr_after < mrr_before or (mrr_after = mrr_before and arr_after < arr_before)
            then 'DOWNSELL'
    end as change_type,
    {{ ratebook.surrogate_key(
        ['contract_id', 'event_type', 'currency'], [ratebook.text_of_instant('occurred_at')]
    ) }} as contract_event_id
from with_revenue
