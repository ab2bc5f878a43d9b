{{ config(materialized='view') }}

-- Sums of usage, and the events that are kept, in the windows of the spans that rate them. A sum
-- without a window is of events that no span rates.
with usage as (
    select
        totals.*,
        meters.rating_set as usage_rating_set,
        meters.event_name as usage_event_name
    from {{ ref('ratebook', 'int_usage_totals') }} as totals
    inner join {{ ref('ratebook', 'int_meters') }} as meters
        on totals.meter_number = meters.meter_number
    where totals.part in ('USAGE', 'LATEST', 'PRICED_EVENTS')
)

select
    usage_rating_set as rating_set,
    part,
    customer_number,
    product_uid,
    usage_event_name as event_name,
    metering_window_number,
    counted_value,
    cell_key,
    metered_from,
    case when part != 'PRICED_EVENTS' then cast(metered_from as date) end as metered_date,
    case when hours_to_receipt is not null then date_trunc('hour', metered_from) end
        as metered_hour,
    hours_to_receipt,
    received_date,
    transaction_id,
    metered_at,
    received_at,
    last_received_at,
    event_count,
    quantity,
    event_quantity,
    highest_quantity,
    latest,
    is_rated,
    is_event_rated,
    is_first_of_furthest,
    case
        when part != 'USAGE' then false
        when is_event_rated
            then
                is_without_cell
                or coalesce(ranks like '%{{ ratebook.rank_of('BAD_QUANTITY') }}%', false)
        else is_furthest
    end as has_exceptions
from {{ ratebook.usage_in_windows('usage') }}
