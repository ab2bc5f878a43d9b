{{ config(materialized='view') }}

with rating_contracts as (
    select distinct
        span_usage.rating_set,
        span_usage.metering_window_number,
        span_usage.product_uid,
        span_usage.cell_key,
        spans.contract_id
    from {{ ref('ratebook', 'int_usage_of_spans') }} as span_usage
    inner join {{ ref('ratebook', 'int_price_spans') }} as spans
        on
            span_usage.rating_set = spans.rating_set
            and span_usage.span_id = spans.span_id
    where span_usage.is_without_cell is not true
),

targeted as (
    select
        events.*,
        coalesce(rating_contracts.contract_id, carrying_spans.contract_id) as contract_id
    from {{ ref('ratebook', 'int_usage_events_matched') }} as events
    left join rating_contracts
        on
            events.rating_set = rating_contracts.rating_set
            and case when events.is_rated then events.metering_window_number end
            = rating_contracts.metering_window_number
            and events.product_uid = rating_contracts.product_uid
            and events.cell_key is not distinct from rating_contracts.cell_key
    -- The level of a carried event counts in every later span.
    left join {{ ref('ratebook', 'int_price_spans') }} as carrying_spans
        on
            events.rating_set = carrying_spans.rating_set
            and case when events.is_carried then events.customer_id end
            = carrying_spans.customer_id
            and events.product_uid = carrying_spans.product_uid
            and events.metered_at < carrying_spans.ineffective_at
    where events.rating_set = {{ ratebook.public_rating_set() }}
),

contract_windows as (
    select * from {{ ref('ratebook', 'int_contract_windows') }}
    where is_in_effect and rating_set = {{ ratebook.public_rating_set() }}
),

customers_with_contract as (
    select
        customer_id,
        min(effective_at) as effective_at
    from contract_windows
    group by customer_id
),

in_force as (
    select
        targeted.transaction_id,
        {{ ratebook.all_in_trial('targeted.metered_at', 'trials') }} as is_in_trial
    from targeted
    inner join contract_windows
        on
            targeted.customer_id = contract_windows.customer_id
            and targeted.metered_at >= contract_windows.effective_at
            and targeted.metered_at < contract_windows.ineffective_at
    left join {{ ref('ratebook', 'int_contract_trials') }} as trials
        on
            contract_windows.rating_set = trials.rating_set
            and contract_windows.contract_id = trials.contract_id
    where targeted.outcome is null and not targeted.is_rated and not targeted.is_carried
    group by targeted.transaction_id
),

resolved as (
    select
        targeted.*,
        case
            when targeted.outcome is not null then targeted.outcome
            when targeted.is_rated or targeted.is_carried then 'RATED'
            when customers_with_contract.customer_id is null then 'NO_CONTRACT'
            when in_force.transaction_id is null then 'OUTSIDE_CONTRACT'
            when in_force.is_in_trial then 'IN_TRIAL'
            else 'NOT_PRICED'
        end as outcome_of_product
    from targeted
    left join customers_with_contract
        on targeted.customer_id = customers_with_contract.customer_id
    left join in_force
        on
            targeted.transaction_id = in_force.transaction_id
            and targeted.outcome is null
),

matched as (
    select
        transaction_id,
        max({{ ratebook.outcome_rank('outcome_of_product') }}) as rank_reached,
        customer_id,
        cast(count(distinct contract_id) as integer) as contract_count,
        cast(count(distinct case when is_rated or is_carried then product_uid end) as integer)
            as product_count,
        event_name,
        metered_at,
        received_at
    from resolved
    where product_uid is not null
    group by transaction_id, customer_id, event_name, metered_at, received_at
)

select
    transaction_id,
    {{ ratebook.outcome_at_rank('rank_reached') }} as outcome,
    customer_id,
    contract_count,
    product_count,
    event_name,
    metered_at,
    received_at
from matched
union all
select
    transaction_id,
    outcome_of_product as outcome,
    customer_id,
    0 as contract_count,
    0 as product_count,
    event_name,
    metered_at,
    received_at
from resolved
where product_uid is null
