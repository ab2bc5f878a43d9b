{%- set path = ratebook.usage_event_path() -%}
-- The files of usage events that this build reads.
{% if path and ratebook.files_of(path) -%}
select
    {{ ratebook.text_literal(path) }} as usage_path,
    file,
    size_bytes,
    modified_at
from {{ ratebook.files_found(path) }}
{%- else -%}
select
    cast(null as varchar) as usage_path,
    cast(null as varchar) as file,
    cast(null as bigint) as size_bytes,
    cast(null as timestamp) as modified_at
where false
{%- endif %}
