{{ config(materialized='view') }}
{%- set paths = ratebook.properties_to_read() %}
{%- set uses = ratebook.usage_in_use() %}
{%- set has_metered_products = uses.hours or uses.priced_events or uses.cells %}

-- What the meter of each product of its name makes of an event, whatever contracts there are. The
-- outcome is that of the event, or of the event for that product; null if nothing is wrong.
with events as (
    select
        *,
        {{ ratebook.refuse(
            'paths_with_name is distinct from ' ~ ratebook.text_of_paths(paths + ['$.name'])
            if paths else 'false',
            'ratebook: meters or cells have other properties than when int_usage_events_first was built; build it again',
            'values_with_name'
        ) }} as values_read
    from {{ ref('ratebook', 'int_usage_events_named') }}
),

meters as (
    select
        *,
        {{ ratebook.path_place(paths, 'agg_key_path') }} as agg_place,
        {{ ratebook.path_place(paths, 'filter_key_path') }} as filter_place
    from {{ ref('ratebook', 'int_meters') }}
),

metered as (
    select
        events.*,
        {%- for column in [
            'meter_number', 'product_uid', 'is_defective', 'aggregation', 'filter_key_path',
            'filter_included', 'filter_excluded', 'filter_is_optional', 'agg_property',
            'agg_key_path', 'agg_path', 'sibling_number', 'siblings' if uses.shared_names,
            'more_filters' if uses.more_filters,
        ] if column %}
        meters.{{ column }},
        {%- endfor %}
        {%- if has_metered_products %}
        coalesce(metered_products.is_metered_hourly, false) as is_metered_hourly,
        coalesce(metered_products.is_event_priced, false) as is_event_priced,
        metered_products.cell_set_number,
        {%- else %}
        false as is_metered_hourly,
        false as is_event_priced,
        {%- endif %}
        {{ 'cuts.effective_at' if uses.cuts else 'cast(null as timestamp)' }} as cut_at,
        case
            when meters.aggregation != 'COUNT'
                then {{ ratebook.read_property(
                    'events', 'meters.agg_place', 'meters.agg_key_path', 'meters.agg_path'
                ) | indent(16) }}
        end as quantity_text,
        {{ ratebook.read_property(
            'events', 'meters.filter_place', 'meters.filter_key_path', 'meters.filter_path'
        ) | indent(4) }} as filter_value
    from events
    left join meters
        on
            events.rating_set = meters.rating_set
            and case when events.event_outcome is null then events.event_name end
            = meters.event_name
    {%- if has_metered_products %}
    left join {{ ref('ratebook', 'int_metered_products') }} as metered_products
        on
            events.customer_number = metered_products.customer_number
            and meters.meter_number = metered_products.meter_number
    {%- endif %}
    {%- if uses.cuts %}
    left join {{ ref('ratebook', 'int_metering_cuts') }} as cuts
        on
            events.customer_number = cuts.customer_number
            and cast(events.metered_at as date) = cuts.metered_date
            and events.metered_at >= cuts.effective_at
            and events.metered_at < cuts.ineffective_at
    {%- endif %}
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
        {{ ratebook.meter_ranks('properties', 'siblings') if uses.shared_names
            else 'cast(null as varchar)' }} as sibling_ranks
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
            {{ "when not " ~ ratebook.filters_hold('properties', 'more_filters')
                ~ " then 'FILTERED_OUT'" if uses.more_filters }}
            when quantity is null or (aggregation = 'UNIQUE_COUNT' and quantity_text is null)
                then 'BAD_QUANTITY'
        end as outcome,
        {{ ratebook.highest_rank('sibling_ranks') }} as highest_rank,
        case
            when is_metered_hourly then date_trunc('hour', metered_at)
            else date_trunc('day', metered_at)
        end as unit_start_at
    from measured
)

select
    events.rating_set,
    events.transaction_id,
    events.customer_id,
    events.customer_number,
    events.written_customer_id,
    events.written_customer_alias,
    events.event_name,
    events.meter_number,
    events.aggregation,
    events.metered_at,
    events.received_at,
    events.arrival,
    case
        when events.cut_at is null then events.unit_start_at
        else greatest(events.unit_start_at, events.cut_at)
    end as metered_from,
    events.is_metered_hourly,
    events.is_event_priced,
    events.quantity,
    case when events.aggregation = 'UNIQUE_COUNT' then events.quantity_text end as counted_value,
    events.outcome,
    case events.outcome
        when 'NO_PRODUCT' then 'event name ' || events.event_name
        when 'BAD_QUANTITY'
            then
                coalesce(events.agg_property, 'agg_property')
                || coalesce(' is ' || events.quantity_text, ' is missing')
        else events.event_detail
    end as detail,
    events.sibling_ranks,
    events.outcome is not null
    and coalesce(events.highest_rank != '{{ ratebook.rank_of('RATED') }}', true) as is_settled,
    events.sibling_ranks is null
    or substr(events.sibling_ranks, events.sibling_number, 1) = events.highest_rank
        as is_settled_furthest,
    events.sibling_ranks is null
    or position(events.highest_rank in events.sibling_ranks) = events.sibling_number
        as is_settled_first,
    {{ 'events.cell_key' if uses.cells else 'cast(null as bigint) as cell_key' }}
from {{ ratebook.events_in_cells('judged', paths) if uses.cells else 'judged' }} as events
