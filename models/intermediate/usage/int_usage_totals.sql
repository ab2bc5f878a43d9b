{%- set parts = ['rated', 'latest_ones', 'priced_events', 'days', 'levels', 'exceptions'] -%}
-- The only pass over all usage, in six parts: rated usage by window, product and UTC day (by hour
-- and delay of receipt if reported to a marketplace); the latest event of a day, and the events of
-- products that are priced by the event, both separately, because few products need them and they
-- are expensive to keep; the number of rated events by name and day; changes of levels by time; and
-- each event to report. A row only has the columns of its part.
with matched as (
    select * from {{ ref('ratebook', 'int_usage_events_matched') }}
),

rated as (
    select
        rating_set,
        metering_window_number,
        product_uid,
        counted_value,
        cell_key,
        -- One key for days and hours, because each hour belongs to one day.
        case
            when is_metered_hourly then date_trunc('hour', metered_at)
            else date_trunc('day', metered_at)
        end as metered_from,
        case
            when is_metered_hourly
                then {{ ratebook.hours_to_receipt('metered_at', 'received_at') }}
        end as hours_to_receipt,
        min(metered_at) as first_metered_at,
        max(metered_at) as last_metered_at,
        max(received_at) as last_received_at,
        count(*) as event_count,
        sum(cast(quantity as decimal(38, 12))) as quantity,
        max(quantity) filter (where aggregation = 'MAX') as highest_quantity
    from matched
    where is_rated
    group by 1, 2, 3, 4, 5, 6, 7
),

latest_ones as (
    select
        rating_set,
        metering_window_number,
        product_uid,
        cell_key,
        cast(metered_at as date) as metered_date,
        {{ ratebook.latest_quantity(
            'metered_at', 'received_at', 'transaction_id', 'quantity'
        ) }} as latest
    from matched
    where is_rated and aggregation = 'LATEST'
    group by 1, 2, 3, 4, 5
),

priced_events as (
    select
        rating_set,
        metering_window_number,
        product_uid,
        cell_key,
        transaction_id,
        metered_at,
        received_at,
        quantity
    from matched
    where is_event_priced
),

days as (
    select
        rating_set,
        event_name,
        cast(received_at as date) as received_date,
        count(*) as event_count
    from matched
    where is_event_rated and is_first_of_furthest
    group by 1, 2, 3
),

levels as (
    select
        rating_set,
        customer_id,
        product_uid,
        metered_at,
        count(*) as event_count,
        sum(cast(quantity as decimal(38, 12))) as quantity
    from matched
    where aggregation = 'WEIGHTED_SUM' and outcome is null
    group by 1, 2, 3, 4
),

exceptions as (
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
    from matched
    where is_exception
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14
)

{%- for way in parts %}
select
    {%- for column, type, fillings in ratebook.usage_total_columns() %}
    cast({{ fillings.get(way, 'null') }} as {{ type }}) as {{ column }},
    {%- endfor %}
    {{ 'latest' if way == 'latest_ones' else 'null' }} as latest
from {{ way }}
{{ "union all" if not loop.last }}
{% endfor %}
