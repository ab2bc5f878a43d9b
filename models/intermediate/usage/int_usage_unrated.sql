-- Events, for each product, that no span rated, with the reason; is_deciding marks the row that
-- gives the event its outcome (none where another product rated it).
with totals as (
    select * from {{ ref('ratebook', 'int_usage_totals') }}
    where span_id is null
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
    select distinct
        totals.rating_set,
        totals.customer_id,
        totals.metered_at
    from totals
    inner join contract_windows
        on
            totals.rating_set = contract_windows.rating_set
            and totals.customer_id = contract_windows.customer_id
            and totals.metered_at >= contract_windows.effective_at
            and totals.metered_at < contract_windows.ineffective_at
    where totals.outcome is null
),

resolved as (
    select
        totals.* exclude (outcome),
        case
            when totals.outcome is not null then totals.outcome
            when contract_customers.customer_id is null then 'NO_CONTRACT'
            when in_force.customer_id is null then 'OUTSIDE_CONTRACT'
            else 'NOT_PRICED'
        end as outcome
    from totals
    left join contract_customers
        on
            totals.rating_set = contract_customers.rating_set
            and totals.customer_id = contract_customers.customer_id
    left join in_force
        on
            totals.rating_set = in_force.rating_set
            and totals.customer_id = in_force.customer_id
            and totals.metered_at = in_force.metered_at
),

ranked as (
    select
        *,
        {{ ratebook.outcome_rank('outcome') }} as rank_reached
    from resolved
),

-- Without a product the row stands alone: a repeat has the id of the event that it repeats.
furthest as (
    select
        *,
        case
            when product_uid is null then rank_reached
            else
                max(rank_reached)
                    over (partition by rating_set, transaction_id, product_uid is null)
        end as rank_of_event,
        case
            when product_uid is null then 1
            else row_number() over (
                partition by rating_set, transaction_id, product_uid is null
                order by rank_reached desc, product_uid asc
            )
        end as row_of_event
    from ranked
)

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
    received_date,
    event_count,
    is_event_rated,
    not is_event_rated and row_of_event = 1 as is_deciding,
    case when is_event_rated then outcome = 'BAD_QUANTITY' else rank_reached = rank_of_event end
        as is_exception
from furthest
