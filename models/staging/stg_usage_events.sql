{{ config(materialized='view') }}

{%- set files = ratebook.usage_files_of(ref('ratebook', 'stg_usage_files')) -%}
{%- set events = ratebook.usage_event_rows(files) %}
with source as (
    select * from {{ events.relation or "(select 1 where false)" }}
),

renamed as (
    select
        -- ids
        {{ ratebook.event_text('transaction_id', events.types) }} as transaction_id,
        {{ ratebook.event_text('customer_id', events.types) }} as customer_id,
        {{ ratebook.event_text('customer_alias', events.types) }} as customer_alias,
        -- text
        {{ ratebook.event_text('properties', events.types) }} as properties,
        coalesce({{ ratebook.event_text('branch', events.types) }}, 'main') as branch,
        -- times
        {{ ratebook.event_instant('metered_at', events.types) }} as metered_at,
        {{ ratebook.event_instant('received_at', events.types) }} as received_at,
        -- how a later build knows what has been read
        {{ events.arrival or 'cast(null as varchar)' }} as arrival
    from source
)

select
    transaction_id,
    customer_id,
    customer_alias,
    properties,
    branch,
    metered_at,
    -- An event without a time of receipt counts as received when it was metered.
    coalesce(received_at, metered_at) as received_at,
    arrival
from renamed
