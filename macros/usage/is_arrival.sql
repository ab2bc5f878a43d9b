{% macro is_arrival(reads, read, is_new=false, numbers=none) %}
    {#-
        A condition on arrival: of all usage that is read by now, or of what is new with this read. With the numbers of
        reads, of no file that came with others. As constants, so that no other files are opened.
    -#}
    {%- set value = 'cast({} as ' ~ read.arrival_type ~ ')' -%}
    {%- if read.arrival_type == '' -%}
        {{ return('true') }}
    {%- elif read.arrival_type == 'files' -%}
        {%- set numbers = [read.read_number] if is_new else numbers -%}
        {%- set files -%}
            select {{ ratebook.sql_of_text('name') }} from {{ reads }}
            where part = 'FILE' {{ 'and read_number in (' ~ numbers | join(', ') ~ ')' if numbers }}
            order by name
        {%- endset -%}
        {%- set names = run_query(files).columns[0].values() -%}
        {{ return('arrival in (' ~ names | join(', ') ~ ')' if names else 'false') }}
    {%- elif read.arrival_until is none -%}
        {{ return('false' if is_new else 'arrival is null') }}
    {%- endif -%}
    {%- set until = 'arrival <= ' ~ value.format(ratebook.text_literal(read.arrival_until)) -%}
    {%- if not is_new -%}
        {#- Rows without an insertion time are read each time. -#}
        {{ return('(' ~ until ~ ' or arrival is null)') }}
    {%- elif read.arrival_after is none -%}
        {{ return(until) }}
    {%- endif -%}
    {{ return(until ~ ' and arrival > ' ~ value.format(ratebook.text_literal(read.arrival_after))) }}
{% endmacro %}
