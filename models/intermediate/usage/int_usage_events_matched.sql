{{ config(materialized='view') }}{% set reads = ratebook.properties_to_read() %}

-- Every event with each product of its name. The outcome is that of the event, or of the event for
-- that product; null if nothing is wrong. Each row knows how far the event got for other products.
with events as (
    select
        *,
        {{ ratebook.values_in_cells(reads) }} as values_read
    from {{ ref('ratebook', 'int_usage_events_named') }}
),

meters as (
    select
        *,
        {{ ratebook.path_place(reads.paths, 'agg_key_path') }} as agg_place
    from {{ ref('ratebook', 'int_meters') }}
),

metered as (
    select
        events.*,
        {%- for column in [
            'meter_number', 'product_uid', 'is_defective', 'aggregation', 'filter_key_path',
            'filter_included', 'filter_excluded', 'filter_is_optional', 'more_filters',
            'agg_property', 'agg_key_path', 'agg_path', 'sibling_number', 'siblings',
        ] %}
        meters.{{ column }},
        {%- endfor %}
        case
            when meters.aggregation != 'COUNT'
                then {{ ratebook.read_property(
                    'events', 'meters.agg_place', 'meters.agg_key_path', 'meters.agg_path'
                ) }}
        end as quantity_text,
        case
            when meters.filter_key_path is not null
                then {{ ratebook.event_property(
                    'events.properties', 'meters.filter_key_path', 'meters.filter_path'
                ) }}
        end as filter_value
    from events
    left join meters
        on
            events.rating_set = meters.rating_set
            and case when events.event_outcome is null then events.event_name end
            = meters.event_name
),

measured as (
    select
        *,
        case
            when aggregation in ('SUM', 'WEIGHTED_SUM', 'MAX', 'LATEST')
                then {{ ratebook.event_quantity(
                    'properties', 'agg_key_path', 'agg_path', 'quantity_text'
                ) }}
            when aggregation is not null then cast(1 as decimal(24, 12))
        end as quantity,
        case
            when siblings is not null
                then {{ ratebook.meter_ranks(
                    'properties', 'siblings', 'product_uids', 'carried_product_uids'
                ) }}
        end as sibling_ranks
    from metered
),

judged as (
    select
        *,
        case
            when event_outcome is not null then event_outcome
            when product_uid is null then 'NO_PRODUCT'
            when is_defective then 'BAD_METER'
            when
                filter_key_path is not null
                and not {{ ratebook.filter_holds(
                    'filter_value', 'filter_included', 'filter_excluded', 'filter_is_optional'
                ) }}
                then 'FILTERED_OUT'
            when not {{ ratebook.filters_hold('properties', 'more_filters') }} then 'FILTERED_OUT'
            when quantity is null or (aggregation = 'UNIQUE_COUNT' and quantity_text is null)
                then 'BAD_QUANTITY'
        end as outcome
    from measured
),

-- A window of a shared event name may be rated by only some of its products.
rated as (
    select
        *,
        outcome is null
        and metering_window_number is not null
        and (siblings is null or {{ ratebook.has_text('product_uids', 'product_uid') }})
            as is_priced,
        outcome is null and {{ ratebook.has_text('carried_product_uids', 'product_uid') }}
            as is_carried,
        case
            {%- for rank in range(ratebook.product_outcomes() | length, 0, -1) %}
            when sibling_ranks like '%{{ rank }}%' then '{{ rank }}'
            {%- endfor %}
        end as highest_rank
    from {{ ratebook.events_in_cells('judged', reads) | indent(4) }}
),

-- An event without a cell counts as rated here: int_usage_unrated knows all its products.
compared as (
    select
        *,
        is_priced and has_no_cell as is_without_cell,
        is_priced and not has_no_cell as is_rated,
        case
            when siblings is null then is_priced or is_carried
            else highest_rank = '{{ ratebook.rank_of('RATED') }}'
        end as is_event_rated,
        siblings is null or substr(sibling_ranks, sibling_number, 1) = highest_rank as is_furthest,
        siblings is null or position(highest_rank in sibling_ranks) = sibling_number
            as is_first_of_furthest
    from rated
)

select
    rating_set,
    transaction_id,
    customer_id,
    event_name,
    meter_number,
    product_uid,
    aggregation,
    metered_at,
    received_at,
    metering_window_number,
    is_metered_hourly,
    quantity,
    case when aggregation = 'UNIQUE_COUNT' then quantity_text end as counted_value,
    case when is_without_cell then 'NOT_PRICED' else outcome end as outcome,
    case outcome
        when 'NO_PRODUCT' then 'event name ' || event_name
        when 'BAD_QUANTITY'
            then
                coalesce(agg_property, 'agg_property')
                || coalesce(' is ' || quantity_text, ' is missing')
        else case when is_without_cell then 'no cell' else event_detail end
    end as detail,
    is_rated,
    is_rated and {{ ratebook.has_text('event_priced_product_uids', 'product_uid') }}
        as is_event_priced,
    is_carried and not is_priced as is_carried,
    cell_key,
    is_without_cell,
    sibling_ranks,
    sibling_number,
    is_event_rated,
    is_first_of_furthest,
    case
        when is_event_rated then is_without_cell or coalesce(outcome = 'BAD_QUANTITY', false)
        else is_furthest
    end as is_exception
from compared
