{{ config(enabled=ratebook.has_feature('marketplaces')) }}

-- The usage of an agreement per dimension and UTC hour, in units of the product, with the part that
-- came too late to be reported.
with totals as (
    select * from {{ ref('ratebook', 'int_usage_in_windows') }}
    where metered_hour is not null and is_rated
),

-- A product that a contract sells twice is rated twice, but used once.
windows as (
    select distinct
        rating_set,
        metering_window_number,
        contract_id,
        product_uid
    from {{ ref('ratebook', 'int_metering_window_spans') }}
),

dimensions as (
    select * from {{ ref('ratebook', 'int_marketplace_dimensions') }}
),

with_dimensions as (
    select
        dimensions.rating_set,
        dimensions.agreement_id,
        dimensions.dimension,
        totals.metered_hour,
        totals.event_count,
        totals.quantity,
        coalesce(
            dimensions.late_usage = 'LISTED'
            and {{ ratebook.add_hours('totals.metered_hour', 'totals.hours_to_receipt') }}
            > {{ ratebook.hour_closes_at('totals.metered_hour', 'dimensions') }},
            false
        ) as is_too_late
    from totals
    inner join windows
        on
            totals.rating_set = windows.rating_set
            and totals.metering_window_number = windows.metering_window_number
            and totals.product_uid = windows.product_uid
    inner join dimensions
        on
            windows.rating_set = dimensions.rating_set
            and windows.contract_id = dimensions.contract_id
            and windows.product_uid = dimensions.product_uid
            -- Amendments may belong to different agreements: an hour belongs to the one in which it
            -- ends.
            and {{ ratebook.add_hours('totals.metered_hour', 1) }} > dimensions.agreement_started_at
            and (
                {{ ratebook.add_hours('totals.metered_hour', 1) }} <= dimensions.agreement_ended_at
                or dimensions.agreement_ended_at = dimensions.contract_ended_at
            )
)

select
    rating_set,
    agreement_id,
    dimension,
    metered_hour,
    cast(sum(event_count) as bigint) as event_count,
    cast(sum(quantity) as decimal(38, 12)) as metered_quantity,
    cast(
        sum(case when is_too_late then quantity else cast(0 as decimal(38, 12)) end)
        as decimal(38, 12)
    ) as late_quantity
from with_dimensions
group by rating_set, agreement_id, dimension, metered_hour
