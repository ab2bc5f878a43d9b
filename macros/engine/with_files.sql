{% macro with_files(table, files, columns={}) -%}
    {{ adapter.dispatch('with_files', 'ratebook')(table, files, columns) }}
{%- endmacro %}

{% macro duckdb__with_files(table, files, columns) -%}
    {#- The rows of a table, if there is one, and of Parquet files; columns that one of them lacks are null. -#}
    {%- if table %}select * from {{ table }} union all by name {% endif -%}
    select * from read_parquet([
        {%- for file in files %}{{ ratebook.text_literal(file) }}{{ ', ' if not loop.last }}{% endfor -%}
    ], union_by_name = true)
    {%- for column, type in columns.items() %}
        {{- ' union all by name select ' if loop.first else ', ' }}cast(null as {{ type }}) as {{ column }}
        {{- ' where false' if loop.last }}
    {%- endfor -%}
{%- endmacro %}
