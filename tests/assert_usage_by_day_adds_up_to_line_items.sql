{{ config(group='engine') }}

-- Otherwise the days shown behind a line are not the usage that it bills. COUNT and SUM add up; MAX
-- is the highest of the days and LATEST the last; a value that UNIQUE_COUNT counts occurs on at
-- least one day. All events are counted, whatever their quantities.
with usage_lines as (
    select * from {{ ref('ratebook', 'line_items') }}
    where line_type = 'usage'
),

numbered_days as (
    select
        *,
        row_number() over (partition by line_item_id order by usage_date desc) as number_from_last
    from {{ ref('ratebook', 'usage_by_day') }}
),

days as (
    select
        line_item_id,
        max(aggregation) as aggregation,
        sum(event_count) as event_count,
        sum(quantity) as quantity,
        max(quantity) as highest_quantity,
        max(case when number_from_last = 1 then quantity end) as last_quantity
    from numbered_days
    group by line_item_id
)

select
    usage_lines.line_item_id,
    usage_lines.quantity as billed_quantity,
    usage_lines.event_count as billed_event_count,
    days.event_count,
    days.quantity,
    days.highest_quantity,
    days.last_quantity
from usage_lines
left join days
    on usage_lines.line_item_id = days.line_item_id
where
    usage_lines.event_count != coalesce(days.event_count, 0)
    or (days.aggregation in ('COUNT', 'SUM') and usage_lines.quantity != days.quantity)
    or (days.aggregation = 'MAX' and usage_lines.quantity != days.highest_quantity)
    or (days.aggregation = 'LATEST' and usage_lines.quantity != days.last_quantity)
    or (
        days.aggregation = 'UNIQUE_COUNT'
        and usage_lines.quantity not between days.highest_quantity and days.quantity
    )
