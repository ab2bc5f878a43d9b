{% macro repeated_hashes(read) -%}
    {#-
        A relation: the hashes of ids that more than one event has, and new usage if that is what is read.
    -#}
    {%- set ids = ref('ratebook', 'int_usage_event_ids') -%}
    {%- if read.mode == 'all' %}
    {#- Sorting takes less time and half the memory of a group for each id. -#}
    (
        select distinct id_hash
        from (
            select
                id_hash,
                lag(id_hash) over (order by id_hash) as previous_hash
            from {{ ids }}
        ) as in_order
        where id_hash = previous_hash
    )
    {%- else %}
    (
        select id_hash
        from {{ ids }}
        where id_hash in (select id_hash from {{ ids }} where read_number = {{ read.number }})
        group by id_hash
        having count(*) > 1
    )
    {%- endif %}
{%- endmacro %}
