-- Events to report, for each product that got furthest, with the reason. is_current marks the row
-- that gives the event its outcome (none if another product rated it).
with events as (
    select * from {{ ref('ratebook', 'int_usage_totals') }}
    where is_exception
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
        events.reported_customer_id as customer_id,
        events.reported_metered_at as metered_at,
        {{ ratebook.all_in_trial('events.reported_metered_at', 'trials') }} as is_in_trial
    from events
    inner join contract_windows
        on
            events.rating_set = contract_windows.rating_set
            and events.reported_customer_id = contract_windows.customer_id
            and events.reported_metered_at >= contract_windows.effective_at
            and events.reported_metered_at < contract_windows.ineffective_at
    left join {{ ref('ratebook', 'int_contract_trials') }} as trials
        on
            contract_windows.rating_set = trials.rating_set
            and contract_windows.contract_id = trials.contract_id
    where events.reported_outcome is null
    group by 1, 2, 3
),

-- Until here an event counts as rated by each product that has a price, also if that has no cell.
without_cell as (
    select
        rating_set,
        reported_transaction_id as transaction_id,
        min(reported_sibling_number) as first_sibling_number,
        coalesce(max({{ ratebook.rated_count('reported_sibling_ranks') }}), 1) > count(*)
            as is_event_rated
    from events
    where reported_is_without_cell
    group by 1, 2
),

judged as (
    select
        events.*,
        coalesce(without_cell.is_event_rated, events.reported_is_event_rated) as is_event_rated,
        coalesce(
            without_cell.first_sibling_number = events.reported_sibling_number,
            events.reported_is_first_of_furthest
        ) as is_first_of_furthest
    from events
    left join without_cell
        on
            events.rating_set = without_cell.rating_set
            and case
                when events.reported_is_without_cell or events.reported_outcome = 'BAD_QUANTITY'
                    then events.reported_transaction_id
            end = without_cell.transaction_id
    -- Without a cell an event got further than with a bad quantity.
    where events.reported_is_without_cell or without_cell.is_event_rated is not false
)

select
    events.rating_set,
    events.reported_transaction_id as transaction_id,
    events.reported_customer_id as customer_id,
    events.reported_event_name as event_name,
    events.reported_product_uid as product_uid,
    case
        when events.reported_outcome is not null then events.reported_outcome
        when contract_customers.customer_id is null then 'NO_CONTRACT'
        when in_force.customer_id is null then 'OUTSIDE_CONTRACT'
        when in_force.is_in_trial then 'IN_TRIAL'
        else 'NOT_PRICED'
    end as outcome,
    events.reported_detail as detail,
    events.reported_metered_at as metered_at,
    events.reported_received_at as received_at,
    events.event_count,
    events.is_event_rated,
    not events.is_event_rated and events.is_first_of_furthest as is_current,
    not events.is_event_rated and events.is_first_of_furthest and events.reported_is_without_cell
        as is_counted_as_rated
from judged as events
left join contract_customers
    on
        events.rating_set = contract_customers.rating_set
        and events.reported_customer_id = contract_customers.customer_id
left join in_force
    on
        events.rating_set = in_force.rating_set
        and events.reported_customer_id = in_force.customer_id
        and events.reported_metered_at = in_force.metered_at
