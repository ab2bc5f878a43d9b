{%- set reported_columns = [
    'transaction_id', 'customer_id', 'event_name', 'product_uid', 'outcome', 'detail',
    'metered_at', 'received_at', 'is_event_rated', 'is_first_of_furthest',
] -%}
-- The one pass over usage, added up in four ways: what is rated, by window and product; how many
-- events were rated, by name and day; changes of levels, by instant; and each event to report. In a
-- row the keys of one way are filled.
with matched as (
    select
        *,
        is_event_rated and is_first_of_furthest as is_counted_as_rated,
        aggregation = 'WEIGHTED_SUM' and outcome is null as is_level_change
    from {{ ref('ratebook', 'int_usage_events_matched') }}
),

keyed as (
    select
        rating_set,
        aggregation,
        quantity,
        transaction_id,
        metered_at,
        received_at,
        is_exception,
        case when is_rated then metering_window_number end as metering_window_number,
        case when is_rated then product_uid end as rated_product_uid,
        case when is_rated then counted_value end as counted_value,
        case when is_counted_as_rated then event_name end as rated_event_name,
        case when is_counted_as_rated then cast(received_at as date) end as rated_date,
        case when is_level_change then customer_id end as level_customer_id,
        case when is_level_change then product_uid end as level_product_uid,
        case when is_level_change then metered_at end as level_at,
        {%- for column in reported_columns %}
        case when is_exception then {{ column }} end as reported_{{ column }}
        {{- "," if not loop.last }}
        {%- endfor %}
    from matched
),

added_up as (
    select
        rating_set,
        metering_window_number,
        rated_product_uid,
        counted_value,
        rated_event_name,
        rated_date,
        level_customer_id,
        level_product_uid,
        level_at,
        is_exception,
        {%- for column in reported_columns %}
        reported_{{ column }},
        {%- endfor %}
        min(metered_at) as first_metered_at,
        max(metered_at) as last_metered_at,
        count(*) as event_count,
        sum(cast(quantity as decimal(38, 12))) as quantity,
        max(quantity) filter (where aggregation = 'MAX') as highest_quantity,
        {{ ratebook.latest_quantity('metered_at', 'received_at', 'transaction_id', 'quantity') }}
            filter (where aggregation = 'LATEST') as latest
    from keyed
    group by grouping sets (
        (rating_set, metering_window_number, rated_product_uid, counted_value),
        (rating_set, rated_event_name, rated_date),
        (rating_set, level_customer_id, level_product_uid, level_at),
        (
            rating_set,
            is_exception,
            {%- for column in reported_columns %}
            reported_{{ column }}{{ "," if not loop.last }}
            {%- endfor %}
        )
    )
)

-- What does not belong to a way is added up there in a row without keys.
select
    rating_set,
    metering_window_number,
    rated_product_uid,
    counted_value,
    rated_event_name,
    rated_date,
    level_customer_id,
    level_product_uid,
    level_at,
    coalesce(is_exception, false) as is_exception,
    {%- for column in reported_columns %}
    reported_{{ column }},
    {%- endfor %}
    first_metered_at,
    last_metered_at,
    event_count,
    quantity,
    highest_quantity,
    latest
from added_up
where
    metering_window_number is not null
    or rated_date is not null
    or level_at is not null
    or is_exception
