{%- set uses = ratebook.usage_in_use() -%}
{%- set parts = ['rated', 'latest_ones', 'days', 'exceptions'] -%}
{%- do parts.append('priced_events') if uses.priced_events -%}
{%- do parts.append('levels') if uses.levels -%}
{%- set keys = ['meter_number', 'metering_window_number'] -%}
{%- do keys.append('counted_value') if uses.counted_values -%}
{%- do keys.append('cell_key') if uses.cells -%}
-- The only pass over all usage, in six parts: rated usage by window, product and UTC day (by hour
-- and delay of receipt if reported to a marketplace); the latest event of a day, and the events of
-- products that are priced by the event, both separately, because few products need them and they
-- are expensive to keep; the number of rated events by name and day; changes of levels by time; and
-- each event to report. A row only has the columns of its part. Each part is a group, also where
-- each event is one: DuckDB passes the rows of a CTE on to groups, and stores them for all else.
with matched as (
    select * from {{ ref('ratebook', 'int_usage_events_matched') }}
),

meters as (
    select * from {{ ref('ratebook', 'int_meters') }}
),

-- By numbers instead of names, because there are many rows.
rated_by_number as (
    select
        {%- for key in keys %}
        {{ key }},
        {%- endfor %}
        {%- if uses.hours %}
        -- One key for days and hours, because each hour belongs to one day.
        case
            when is_metered_hourly then date_trunc('hour', metered_at)
            else date_trunc('day', metered_at)
        end as metered_from,
        case
            when is_metered_hourly
                then {{ ratebook.hours_to_receipt('metered_at', 'received_at') }}
        end as hours_to_receipt,
        {%- else %}
        date_trunc('day', metered_at) as metered_from,
        {%- endif %}
        min(metered_at) as first_metered_at,
        max(metered_at) as last_metered_at,
        max(received_at) as last_received_at,
        count(*) as event_count,
        {%- if uses.maximums %}
        max(quantity) filter (where aggregation = 'MAX') as highest_quantity,
        {%- endif %}
        sum(cast(quantity as decimal(38, 12))) as quantity
    from matched
    where is_rated
    group by {{ range(1, keys | length + (3 if uses.hours else 2)) | join(', ') }}
),

rated as (
    select
        rated_by_number.*,
        meters.rating_set,
        meters.product_uid
    from rated_by_number
    inner join meters on rated_by_number.meter_number = meters.meter_number
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
    group by 1, 2, 3, 4, 5, 6, 7, 8
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

{%- for part in parts %}
select
    '{{ part | upper }}' as part,
    {%- for column, type, fillings in ratebook.usage_total_columns(uses) %}
    cast({{ fillings.get(part, 'null') }} as {{ type }}) as {{ column }},
    {%- endfor %}
    {{ 'latest' if part == 'latest_ones' else 'null' }} as latest
from {{ part }}
{{ "union all" if not loop.last }}
{% endfor %}
