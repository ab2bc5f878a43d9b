{% macro read_files(path, columns, is_optional=false, files=none) -%}
    {{ return(adapter.dispatch('read_files', 'ratebook')(path, columns, is_optional, files)) }}
{%- endmacro %}

{% macro duckdb__read_files(path, columns, is_optional, files) -%}
    {#-
        The call that reads files: these, or those that a path or glob matches. None if files are optional and there are
        none, or if all are empty. Each row has the name of its file.
    -#}
    {%- set kind = ratebook.kind_of_files(path) -%}
    {%- set files = files or ratebook.files_of(path) -%}
    {%- if execute and not files -%}
        {%- if is_optional -%}
            {{ return(none) }}
        {%- endif -%}
        {{- ratebook.stop_with("the var ratebook_usage_events is '" ~ path ~ "', but no file matches it; set it to the path of Parquet, JSON Lines or CSV files") -}}
    {%- endif -%}
    {%- set literals = [] -%}
    {%- for file in files -%}{%- do literals.append(ratebook.text_literal(file)) -%}{%- endfor -%}
    {%- set with_name = ", filename = '" ~ ratebook.file_column() ~ "'" -%}
    {%- if kind == 'parquet' -%}
        {{ return('read_parquet([' ~ literals | join(', ') ~ '], union_by_name = true' ~ with_name ~ ')') }}
    {%- elif kind == 'json' -%}
        {%- set typed = [] -%}
        {%- for column in columns -%}
            {%- do typed.append("'" ~ column ~ "': '" ~ ('JSON' if column == 'properties' else 'VARCHAR') ~ "'") -%}
        {%- endfor -%}
        {{ return(
            'read_json([' ~ literals | join(', ') ~ '], ' ~ "format = 'newline_delimited', ignore_errors = true,
            columns = {" ~ typed | join(', ') ~ '}' ~ with_name ~ ')'
        ) }}
    {%- elif kind == 'csv' -%}
        {%- set calls = ratebook.csv_calls(files, columns, with_name) -%}
        {{ return('(select * from ' ~ calls | join(' union all by name select * from ') ~ ')' if calls else none) }}
    {%- else -%}
        {{- ratebook.stop_with("the var ratebook_usage_events is '" ~ path ~ "'; set it to files that end in .parquet, .jsonl, .ndjson, .json or .csv") -}}
    {%- endif -%}
{%- endmacro %}
