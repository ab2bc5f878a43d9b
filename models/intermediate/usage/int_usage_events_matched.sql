{{ config(materialized='view') }}

-- Every event with each product of its name, and with what the spans of its time make of it. Each
-- row knows how far the event got for other products.
with events as (
    select * from {{ ref('ratebook', 'int_usage_events_measured') }}
)

select
    rating_set,
    transaction_id,
    customer_id,
    customer_number,
    written_customer_id,
    written_customer_alias,
    event_name,
    meter_number,
    product_uid,
    metered_at,
    received_at,
    metering_window_number,
    cell_key,
    case when is_without_cell then 'NOT_PRICED' else outcome end as outcome,
    case when is_without_cell then 'no cell' else detail end as detail,
    -- An event without a cell counts as rated here: int_usage_unrated knows all its products.
    is_rated,
    is_carried and not is_priced as is_carried,
    is_without_cell,
    ranks as sibling_ranks,
    sibling_number,
    is_event_rated,
    is_first_of_furthest,
    is_settled,
    case
        when is_event_rated then is_without_cell or coalesce(outcome = 'BAD_QUANTITY', false)
        else is_furthest
    end as is_exception
from {{ ratebook.usage_in_windows('events') }}
