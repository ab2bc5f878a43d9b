{{ config(materialized='view') }}

-- The events that each rating set sees: those of main, and on a branch also those of the branch.
with events as (
    select * from {{ ref('ratebook', 'stg_usage_events') }}
    where {{ ratebook.is_known_by_system_time('received_at') }}
)

{%- for rating_set in ratebook.rating_sets() %}
select
    {{ ratebook.text_literal(rating_set) }} as rating_set,
    transaction_id,
    customer_id,
    customer_alias,
    properties,
    metered_at,
    received_at,
    arrival
from events
where branch in ('main', {{ ratebook.text_literal(rating_set) }})
{{ "union all" if not loop.last }}
{%- endfor %}
