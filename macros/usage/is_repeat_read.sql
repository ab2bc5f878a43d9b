{% macro is_repeat_read(read) %}
    {#-
        A condition on the events that are read to find the repeats of new usage: as constants, the days and the files of
        all arrivals of their ids.
    -#}
    {%- if read.mode == 'all' -%}
        {{ return(read.is_read) }}
    {%- elif read.mode == 'nothing' -%}
        {{ return('false') }}
    {%- endif -%}
    {%- set reads = ref('ratebook', 'int_usage_reads') -%}
    {%- set found = run_query(
        'select read_number, min(metered_date), max(metered_date), count(*) - count(metered_date) from '
        ~ ref('ratebook', 'int_usage_event_ids')
        ~ ' where id_hash in (select id_hash from ' ~ ratebook.repeated_hashes(read) ~ ' as hashes) group by 1 order by 1'
    ) -%}
    {%- if not found.rows -%}
        {{ return('false') }}
    {%- endif -%}
    {%- set first = found.columns[1].values() | reject('none') | list -%}
    {%- set last = found.columns[2].values() | reject('none') | list -%}
    {%- set days = [] -%}
    {%- if first -%}
        {%- do days.append(
            "metered_at >= cast('" ~ first | min ~ "' as timestamp) and metered_at < "
            ~ ratebook.add_days("cast('" ~ last | max ~ "' as timestamp)", 1)
        ) -%}
    {%- endif -%}
    {%- if found.columns[3].values() | sum -%}
        {%- do days.append('metered_at is null') -%}
    {%- endif -%}
    {{ return(
        '(' ~ days | join(' or ') ~ ') and '
        ~ ratebook.is_arrival(reads, ratebook.newest_read(reads), numbers=found.columns[0].values() | list)
    ) }}
{% endmacro %}
