-- depends_on: {{ ref('ratebook', 'int_usage_in_windows') }}
-- depends_on: {{ ref('ratebook', 'int_alias_owners') }}
{%- set unrated_sums %}
(select customer_number, metered_from from {{ ref('ratebook', 'int_usage_in_windows') }} where has_exceptions)
{%- endset %}
-- Events to report, for each product that got furthest, with the reason. is_current marks the row
-- that gives the event its outcome (none if another product rated it).
with events as (
    select
        totals.rating_set,
        totals.transaction_id,
        known_customers.customer_id,
        totals.event_name,
        meters.product_uid,
        totals.outcome,
        totals.detail,
        totals.metered_at,
        totals.received_at,
        false as is_without_cell,
        cast(null as varchar) as sibling_ranks,
        cast(null as bigint) as sibling_number,
        false as is_event_rated,
        totals.is_settled_first as is_first_of_furthest,
        cast(sum(totals.event_count) as bigint) as event_count
    from {{ ref('ratebook', 'int_usage_totals') }} as totals
    left join {{ ref('ratebook', 'int_known_customers') }} as known_customers
        on totals.customer_number = known_customers.customer_number
    left join {{ ref('ratebook', 'int_meters') }} as meters
        on totals.meter_number = meters.meter_number
    where totals.part = 'EXCEPTIONS'
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14
    union all
    select
        rating_set,
        transaction_id,
        customer_id,
        event_name,
        product_uid,
        outcome,
        detail,
        metered_at,
        received_at,
        is_without_cell,
        sibling_ranks,
        sibling_number,
        is_event_rated,
        is_first_of_furthest,
        count(*) as event_count
    from {{ ref('ratebook', 'int_usage_events_matched') }}
    where is_exception and not is_settled and {{ ratebook.is_read_again(unrated_sums) }}
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14
),

contract_windows as (
    select * from {{ ref('ratebook', 'int_contract_windows') }}
    where is_in_effect
),

contract_customers as (
    select distinct
        rating_set,
        customer_id
    from contract_windows
),

in_force as (
    select
        events.rating_set,
        events.customer_id,
        events.metered_at,
        {{ ratebook.all_in_trial('events.metered_at', 'trials') }} as is_in_trial
    from events
    inner join contract_windows
        on
            events.rating_set = contract_windows.rating_set
            and events.customer_id = contract_windows.customer_id
            and events.metered_at >= contract_windows.effective_at
            and events.metered_at < contract_windows.ineffective_at
    left join {{ ref('ratebook', 'int_contract_trials') }} as trials
        on
            contract_windows.rating_set = trials.rating_set
            and contract_windows.contract_id = trials.contract_id
    where events.outcome is null
    group by 1, 2, 3
),

-- Until here an event counts as rated by each product that has a price, also if that has no cell.
without_cell as (
    select
        rating_set,
        transaction_id,
        min(sibling_number) as first_sibling_number,
        coalesce(max({{ ratebook.rated_count('sibling_ranks') }}), 1) > count(*)
            as is_event_rated
    from events
    where is_without_cell
    group by 1, 2
),

judged as (
    select
        events.*,
        coalesce(without_cell.is_event_rated, events.is_event_rated) as is_rated,
        coalesce(
            without_cell.first_sibling_number = events.sibling_number,
            events.is_first_of_furthest
        ) as represents_event
    from events
    left join without_cell
        on
            events.rating_set = without_cell.rating_set
            and case
                when events.is_without_cell or events.outcome = 'BAD_QUANTITY'
                    then events.transaction_id
            end = without_cell.transaction_id
    -- Without a cell an event got further than with a bad quantity.
    where events.is_without_cell or without_cell.is_event_rated is not false
)

select
    events.rating_set,
    events.transaction_id,
    events.customer_id,
    events.event_name,
    events.product_uid,
    case
        when events.outcome is not null then events.outcome
        when contract_customers.customer_id is null then 'NO_CONTRACT'
        when in_force.customer_id is null then 'OUTSIDE_CONTRACT'
        when in_force.is_in_trial then 'IN_TRIAL'
        else 'NOT_PRICED'
    end as outcome,
    events.detail,
    events.metered_at,
    events.received_at,
    events.event_count,
    events.is_rated as is_event_rated,
    not events.is_rated and events.represents_event as is_current,
    not events.is_rated and events.represents_event and events.is_without_cell
        as is_counted_as_rated
from judged as events
left join contract_customers
    on
        events.rating_set = contract_customers.rating_set
        and events.customer_id = contract_customers.customer_id
left join in_force
    on
        events.rating_set = in_force.rating_set
        and events.customer_id = in_force.customer_id
        and events.metered_at = in_force.metered_at
