{% macro write_file(query, folder, name) -%}
    {{ return(adapter.dispatch('write_file', 'ratebook')(query, folder, name)) }}
{%- endmacro %}

{% macro duckdb__write_file(query, folder, name) -%}
    {#- Writes rows as a Parquet file, whole or not at all: DuckDB renames `tmp_<name>` when it is complete. -#}
    {%- set made = namespace(path='') -%}
    {%- for part in folder.split('/') -%}
        {%- set made.path = made.path ~ part -%}
        {%- if part -%}
            {#- Writing no partitions makes a folder if there is none. -#}
            {%- do run_query(
                'copy (select 1 as partition_key, 1 as nothing where false) to ' ~ ratebook.text_literal(made.path)
                ~ ' (format csv, partition_by (partition_key), overwrite_or_ignore)'
            ) -%}
        {%- endif -%}
        {%- set made.path = made.path ~ '/' -%}
    {%- endfor -%}
    {%- do run_query(
        'copy (' ~ query ~ ') to ' ~ ratebook.text_literal(made.path ~ name) ~ ' (format parquet, use_tmp_file true)'
    ) -%}
{%- endmacro %}
