{{ config(materialized='table_of_reads', schema='ratebook_state') }}
{%- set read = ratebook.usage_read(this) %}
-- The ids of all events as hashes, so that a repeat is found without reading events again.
select
    {{ ratebook.short_hash('rating_set', 'transaction_id') }} as id_hash,
    cast(metered_at as date) as metered_date,
    cast({{ read.number }} as integer) as read_number
from {{ ref('ratebook', 'int_usage_events_received') }}
where transaction_id is not null and {{ read.is_read }}
