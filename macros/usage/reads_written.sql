{% macro reads_written(reads) %}
    {#- The read with which each table of usage was last written, by the name of the table. -#}
    {%- set written = run_query('select name, read_number from ' ~ reads ~ " where part = 'TABLE'") -%}
    {{ return(dict(zip(written.columns[0].values(), written.columns[1].values()))) }}
{% endmacro %}
