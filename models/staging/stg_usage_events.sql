{%- set events = ratebook.usage_event_rows() %}
{%- set columns = ratebook.input_columns('usage_events') %}
with source as (
    select
        {%- for column in columns %}
        {{ ratebook.event_cell(column, events.types.get(column)) }} as {{ column }}{{ "," if not loop.last }}
        {%- endfor %}
    {%- if events.relation is not none %}
    from {{ events.relation }}
    {%- else %}
    where false
    {%- endif %}
),

renamed as (
    select
        -- ids
        nullif(transaction_id, '') as transaction_id,
        nullif(customer_id, '') as customer_id,
        nullif(customer_alias, '') as customer_alias,
        -- text
        properties,
        coalesce(nullif(branch, ''), 'main') as branch,
        -- times
        {%- for column in ['metered_at', 'received_at'] %}
        {% if (events.types.get(column) or '').startswith('timestamp') or events.types.get(column) == 'date' -%}
            {{ column }}
        {%- else -%}
            {{ ratebook.parse_timestamp(column) }} as {{ column }}
        {%- endif %}{{ "," if not loop.last }}
        {%- endfor %}
    from source
)

select
    transaction_id,
    customer_id,
    customer_alias,
    properties,
    branch,
    metered_at,
    coalesce(received_at, metered_at) as received_at
from renamed
