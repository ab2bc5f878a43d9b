{% macro read_files(path, columns, is_optional=false) -%}
    {{ return(adapter.dispatch('read_files', 'ratebook')(path, columns, is_optional)) }}
{%- endmacro %}

{% macro duckdb__read_files(path, columns, is_optional) -%}
    {#- The call that reads files; none if files are optional and there are none, or if all are empty. -#}
    {%- set kind = ratebook.kind_of_files(path) -%}
    {%- set files = ratebook.files_of(path) -%}
    {%- if execute and not files -%}
        {%- if is_optional -%}
            {{ return(none) }}
        {%- endif -%}
        {{- ratebook.stop_with("the var ratebook_usage_events is '" ~ path ~ "', but no file matches it; set it to the path of Parquet, JSON Lines or CSV files") -}}
    {%- endif -%}
    {%- if kind == 'parquet' -%}
        {{ return('read_parquet(' ~ ratebook.text_literal(path) ~ ', union_by_name = true)') }}
    {%- elif kind == 'json' -%}
        {%- set typed = [] -%}
        {%- for column in columns -%}
            {%- do typed.append("'" ~ column ~ "': '" ~ ('JSON' if column == 'properties' else 'VARCHAR') ~ "'") -%}
        {%- endfor -%}
        {{ return(
            'read_json(' ~ ratebook.text_literal(path) ~ ", format = 'newline_delimited', ignore_errors = true,
            columns = {" ~ typed | join(', ') ~ '})'
        ) }}
    {%- elif kind == 'csv' -%}
        {%- set calls = ratebook.csv_calls(files, columns) -%}
        {{ return('(select * from ' ~ calls | join(' union all by name select * from ') ~ ')' if calls else none) }}
    {%- else -%}
        {{- ratebook.stop_with("the var ratebook_usage_events is '" ~ path ~ "'; set it to files that end in .parquet, .jsonl, .ndjson, .json or .csv") -}}
    {%- endif -%}
{%- endmacro %}
