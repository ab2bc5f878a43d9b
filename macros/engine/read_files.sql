{% macro read_files(path, columns, is_optional=false) -%}
    {{ return(adapter.dispatch('read_files', 'ratebook')(path, columns, is_optional)) }}
{%- endmacro %}

{% macro duckdb__read_files(path, columns, is_optional) -%}
    {#- The call that reads files; none if files are optional and there are none. -#}
    {%- set files = ratebook.text_literal(path) -%}
    {%- if execute and run_query('select count(*) from glob(' ~ files ~ ')').rows[0][0] == 0 -%}
        {%- if is_optional -%}
            {{ return(none) }}
        {%- endif -%}
        {{- ratebook.stop_with("the var ratebook_usage_events is '" ~ path ~ "', but no file matches it; set it to the path of Parquet, JSON Lines or CSV files") -}}
    {%- endif -%}
    {%- set name = path | lower | replace('.gz', '') | replace('.zst', '') -%}
    {%- set typed = [] -%}
    {%- for column in columns -%}
        {%- do typed.append("'" ~ column ~ "': '" ~ ('JSON' if column == 'properties' else 'VARCHAR') ~ "'") -%}
    {%- endfor -%}
    {%- if name.endswith('.parquet') -%}
        {{ return('read_parquet(' ~ files ~ ', union_by_name = true)') }}
    {%- elif name.endswith('.json') or name.endswith('.jsonl') or name.endswith('.ndjson') -%}
        {{ return(
            'read_json(' ~ files ~ ", format = 'newline_delimited', ignore_errors = true,
            columns = {" ~ typed | join(', ') ~ '})'
        ) }}
    {%- elif name.endswith('.csv') -%}
        {{ return('read_csv(' ~ files ~ ', header = true, delim = \',\', quote = \'"\', escape = \'"\', all_varchar = true, union_by_name = true, null_padding = true)') }}
    {%- else -%}
        {{- ratebook.stop_with("the var ratebook_usage_events is '" ~ path ~ "'; set it to files that end in .parquet, .jsonl, .ndjson, .json or .csv") -}}
    {%- endif -%}
{%- endmacro %}
