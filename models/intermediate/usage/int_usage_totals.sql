{{ config(
    materialized='table_of_reads', schema='ratebook_state', pre_hook="{{ ratebook.forget_sums(this) }}"
) }}
-- depends_on: {{ ref('ratebook', 'int_known_customers') }}
-- depends_on: {{ ref('ratebook', 'int_alias_owners') }}
{%- set read = ratebook.usage_read(this) -%}
{%- set days_again = ratebook.days_to_sum_again(read) -%}
{%- set uses = ratebook.usage_in_use() -%}
{%- set parts = ['usage', 'exceptions'] -%}
{%- for part in ['latest', 'priced_events', 'levels'] if uses[part] -%}
{%- do parts.append(part) -%}
{%- endfor -%}
{%- set optional_keys = {
    'hours_to_receipt': uses.hours,
    'counted_value': uses.counted_values,
    'cell_key': uses.cells,
    'sibling_ranks': uses.shared_names,
} -%}
{#- Name, type and the parts that have the column; null in the others, and if nobody uses it. -#}
{%- set columns = [
    ('rating_set', 'varchar', ['exceptions']),
    ('customer_number', 'bigint', parts),
    ('meter_number', 'bigint', parts),
    ('metered_from', 'timestamp', ['usage', 'latest', 'priced_events']),
    ('received_date', 'date', ['usage']),
    ('hours_to_receipt', 'bigint', ['usage'] if uses.hours else []),
    ('counted_value', 'varchar', ['usage'] if uses.counted_values else []),
    ('cell_key', 'bigint', ['usage', 'latest', 'priced_events'] if uses.cells else []),
    ('sibling_ranks', 'varchar', ['usage'] if uses.shared_names else []),
    ('transaction_id', 'varchar', ['priced_events', 'exceptions']),
    ('event_name', 'varchar', ['exceptions']),
    ('outcome', 'varchar', ['exceptions']),
    ('detail', 'varchar', ['exceptions']),
    ('is_settled_first', 'boolean', ['exceptions']),
    ('metered_at', 'timestamp', ['priced_events', 'levels', 'exceptions']),
    ('received_at', 'timestamp', ['priced_events', 'exceptions']),
    ('last_received_at', 'timestamp', ['usage']),
    ('event_count', 'bigint', parts),
    ('quantity', 'decimal(38, 12)', ['usage', 'levels']),
    ('event_quantity', 'decimal(24, 12)', ['priced_events']),
    ('highest_quantity', 'decimal(24, 12)', ['usage'] if uses.maximums else []),
] -%}
-- The only pass over all usage, in up to five parts: sums by customer, product and UTC day, cut
-- where the terms of the customer's usage change, whatever the terms are; the latest event of a
-- day, and the events of products that are priced by the event, both only where products need
-- them; changes of levels by time; and events that no contract can rate. A row only has the columns
-- of its part. Numbers stand for names, because there are many rows. Each part is a group, also
-- where each event is one: DuckDB passes the rows of a CTE on to groups, and stores them for all
-- else.
with measured as (
    select * from {{ ref('ratebook', 'int_usage_events_measured') }}
    where {{ read.is_read }}
    {%- if days_again %}
        and not {{ ratebook.is_summed_again('customer_number', 'metered_at') }}
    union all
    select * from {{ ref('ratebook', 'int_usage_events_measured') }}
    where
        {{ ratebook.is_read_again(days_again) }}
        and {{ ratebook.is_summed_again('customer_number', 'metered_at') }}
    {%- endif %}
),

usage as (
    select
        customer_number,
        meter_number,
        metered_from,
        cast(received_at as date) as received_date,
        {%- for key, is_used in optional_keys.items() if is_used %}
        {% if key == 'hours_to_receipt' -%}
        case
            when is_metered_hourly
                then {{ ratebook.hours_to_receipt('metered_at', 'received_at') }}
        end as hours_to_receipt,
        {%- else -%}
        {{ key }},
        {%- endif %}
        {%- endfor %}
        max(received_at) as last_received_at,
        count(*) as event_count,
        {%- if uses.maximums %}
        max(quantity) filter (where aggregation = 'MAX') as highest_quantity,
        {%- endif %}
        sum(cast(quantity as decimal(38, 12))) as quantity
    from measured
    where outcome is null
    group by {{ range(1, 5 + optional_keys.values() | select | list | length) | join(', ') }}
),

latest as (
    select
        customer_number,
        meter_number,
        metered_from,
        cell_key,
        0 as event_count,
        {{ ratebook.latest_quantity(
            'metered_at', 'received_at', 'transaction_id', 'quantity'
        ) }} as latest
    from measured
    where aggregation = 'LATEST' and outcome is null
    group by 1, 2, 3, 4
),

priced_events as (
    select
        customer_number,
        meter_number,
        metered_from,
        cell_key,
        transaction_id,
        metered_at,
        received_at,
        quantity as event_quantity,
        0 as event_count
    from measured
    where is_event_priced and outcome is null
    group by 1, 2, 3, 4, 5, 6, 7, 8
),

levels as (
    select
        customer_number,
        meter_number,
        metered_at,
        count(*) as event_count,
        sum(cast(quantity as decimal(38, 12))) as quantity
    from measured
    where aggregation = 'WEIGHTED_SUM' and outcome is null
    group by 1, 2, 3
),

exceptions as (
    select
        rating_set,
        customer_number,
        meter_number,
        transaction_id,
        event_name,
        outcome,
        detail,
        is_settled_first,
        metered_at,
        received_at,
        count(*) as event_count
    from measured
    where is_settled and is_settled_furthest
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
)

{%- for part in parts %}
select
    '{{ part | upper }}' as part,
    {%- for column, type, with_column in columns %}
    cast({{ column if part in with_column else 'null' }} as {{ type }}) as {{ column }},
    {%- endfor %}
    {{ 'latest' if part == 'latest' else 'null' }} as latest
from {{ part }}
{{ "union all" if not loop.last }}
{% endfor %}
