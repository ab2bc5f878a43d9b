{% macro file_column() %}
    {#- The column of rows that are read from files: the name of the file. -#}
    {{ return('ratebook_file') }}
{% endmacro %}
