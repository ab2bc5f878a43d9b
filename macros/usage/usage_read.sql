{% macro usage_read(relation) %}
    {#-
        What a table of usage that is kept from build to build reads in this one. mode is `all`; `new` for usage that has
        arrived since the table was last written; or `nothing`, if it has this read already. is_read is the condition on
        arrival, and number the number of the read. is_recorded is whether the table then fits the others: not if it
        alone is made anew, and then the next build begins anew.
    -#}
    {%- set reads = ref('ratebook', 'int_usage_reads') -%}
    {%- if not ratebook.are_built([reads]) -%}
        {{ return({'mode': 'all', 'number': 0, 'is_read': 'true', 'is_recorded': false}) }}
    {%- endif -%}
    {%- set read = ratebook.newest_read(reads) -%}
    {%- set written = ratebook.reads_written(reads).get(relation.identifier) -%}
    {%- if not ratebook.are_built([relation]) or ratebook.starts_over() -%}
        {%- set mode = 'all' -%}
    {%- elif written == read.read_number -%}
        {{ return({'mode': 'nothing', 'number': read.read_number, 'is_read': 'false', 'is_recorded': true}) }}
    {%- else -%}
        {%- set mode = 'new' if written is not none and written == read.continued_read else 'all' -%}
    {%- endif -%}
    {{ return({
        'mode': mode,
        'number': read.read_number,
        'is_read': ratebook.is_arrival(reads, read, is_new=(mode == 'new')),
        'is_recorded': mode == 'new' or (read.continued_read is none and written != read.read_number),
    }) }}
{% endmacro %}
