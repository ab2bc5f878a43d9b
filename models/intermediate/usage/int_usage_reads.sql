{{ config(schema='ratebook_state') }}
{%- set files = ratebook.usage_files_of(ref('ratebook', 'stg_usage_files')) %}
{%- set usage_events = ratebook.usage_event_rows(files) %}
{%- set is_in_files = usage_events.arrival == ratebook.file_column() %}
{%- set cursor_type = '' if is_in_files else usage_events.types.get(usage_events.arrival, '') %}
{%- set is_kept = (
    ratebook.are_built(ratebook.tables_of_reads().values()) and not ratebook.starts_over()
) %}
{%- set arrival_type = ('files' if files else '') if is_in_files else cursor_type %}
-- What has been read of usage, so that a build reads only what is new. READ: this read, and the
-- one that it continues; null if it begins anew. FILE: a file, and the first read with it. TABLE:
-- the read with which a table was last written.
with before as (
    {%- if ratebook.are_built([this]) %}
    select * from {{ this }}
    {%- else %}
    select
        cast(null as varchar) as part,
        cast(null as varchar) as name,
        cast(null as bigint) as read_number,
        cast(null as varchar) as configuration_hash,
        cast(null as varchar) as arrival_type,
        cast(null as varchar) as arrival_until,
        cast(null as bigint) as arrival_count,
        cast(null as bigint) as size_bytes,
        cast(null as timestamp) as modified_at
    where false
    {%- endif %}
),

read_before as (
    select * from before
    where part = 'READ'
),

files as (
    select * from {{ ref('ratebook', 'stg_usage_files') }}
),

-- Rows without an insertion time could be new or old, so nothing is continued with them.
arrivals as (
    select
        cast(max(arrival) as varchar) as arrival_until,
        count(arrival) as arrival_count,
        count(*) - count(arrival) as unknown_count,
        count(case when arrival <= cast(
            (select read_before.arrival_until from read_before) as {{ cursor_type or 'varchar' }}
        ) then 1 end) as count_before
    from {{ ref('ratebook', 'stg_usage_events') }}
    where {{ 'true' if cursor_type else 'false' }}
),

-- A file that has changed or is gone, and a table that is not as the read before has left it.
not_as_before as (
    select before.name
    from before
    left join files
        on
            before.name = files.file
            and before.size_bytes = files.size_bytes
            and before.modified_at = files.modified_at
    where before.part = 'FILE' and files.file is null
    union all
    select tables_of_reads.name
    from (
        {%- for name in ratebook.tables_of_reads() %}
        select {{ ratebook.text_literal(name) }} as name
        {{ 'union all' if not loop.last }}
        {%- endfor %}
    ) as tables_of_reads
    left join before
        on
            before.part = 'TABLE'
            and tables_of_reads.name = before.name
            and before.read_number = (select last_read.read_number from read_before as last_read)
    where before.name is null
),

this_read as (
    select
        coalesce((select max(all_before.read_number) from before as all_before), 0) + 1
            as read_number,
        {{ ratebook.usage_configuration(usage_events.types) }} as configuration_hash,
        arrivals.*
    from arrivals
),

judged as (
    select
        this_read.*,
        read_before.arrival_until as arrival_after,
        case
            when
                {{ 'true' if arrival_type and is_kept else 'false' }}
                and read_before.arrival_type = {{ ratebook.text_literal(arrival_type) }}
                and this_read.configuration_hash = read_before.configuration_hash
                and this_read.unknown_count = 0
                and this_read.count_before = read_before.arrival_count
                and (select count(*) from not_as_before) = 0
                then read_before.read_number
        end as continued_read
    from this_read
    left join read_before
        on true
),

files_and_tables as (
    select
        'FILE' as part,
        files.file as name,
        coalesce(
            case when judged.continued_read is not null then before.read_number end,
            judged.read_number
        ) as read_number,
        files.size_bytes,
        files.modified_at
    from files
    cross join judged
    left join before
        on
            before.part = 'FILE'
            and files.file = before.name
    union all
    select
        part,
        name,
        read_number,
        null as size_bytes,
        null as modified_at
    from before
    where part = 'TABLE'
)

select
    'READ' as part,
    cast(null as varchar) as name,
    read_number,
    continued_read,
    configuration_hash,
    {{ ratebook.text_literal(arrival_type) }} as arrival_type,
    arrival_after,
    arrival_until,
    case when unknown_count = 0 then arrival_count end as arrival_count,
    cast(null as bigint) as size_bytes,
    cast(null as timestamp) as modified_at
from judged
union all
select
    part,
    name,
    read_number,
    null as continued_read,
    null as configuration_hash,
    null as arrival_type,
    null as arrival_after,
    null as arrival_until,
    null as arrival_count,
    size_bytes,
    modified_at
from files_and_tables
