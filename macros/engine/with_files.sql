{% macro with_files(table, files) -%}
    {{ adapter.dispatch('with_files', 'ratebook')(table, files) }}
{%- endmacro %}

{% macro duckdb__with_files(table, files) -%}
    {#- The rows of a table, if there is one, and of Parquet files; columns that one of them lacks are null. -#}
    {%- if table %}select * from {{ table }} union all by name {% endif -%}
    select * from read_parquet([
        {%- for file in files %}{{ ratebook.text_literal(file) }}{{ ', ' if not loop.last }}{% endfor -%}
    ], union_by_name = true)
{%- endmacro %}
