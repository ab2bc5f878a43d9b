{% macro newest_read(reads) %}
    {#- The row of this read. -#}
    {{ return(run_query(
        'select read_number, continued_read, arrival_type, arrival_after, arrival_until from ' ~ reads ~ " where part = 'READ'"
    ).rows[0]) }}
{% endmacro %}
