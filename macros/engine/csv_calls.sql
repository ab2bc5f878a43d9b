{% macro csv_calls(files, columns, options='') -%}
    {{ return(adapter.dispatch('csv_calls', 'ratebook')(files, columns, options)) }}
{%- endmacro %}

{% macro duckdb__csv_calls(files, columns, options) -%}
    {#-
        The calls that read CSV files, one for all files with the same header. The header names the columns, so nothing
        is guessed from the content. Rows may be short. With that, line breaks in cells need a single reader per file.
    -#}
    {%- set headers = ratebook.csv_headers(files) -%}
    {%- set groups = {} -%}
    {%- for file, cells in headers.items() -%}
        {%- set names = [] -%}
        {%- for cell in cells -%}
            {%- set is_ours = cell | lower in columns and cell | lower not in names -%}
            {%- do names.append(cell | lower if is_ours else 'column_' ~ loop.index) -%}
        {%- endfor -%}
        {%- do groups.setdefault(names | join(', '), []).append(file) -%}
    {%- endfor -%}
    {%- set calls = [] -%}
    {%- for names, group in groups.items() -%}
        {%- set typed = [] -%}
        {%- for column in names.split(', ') -%}
            {%- do typed.append("'" ~ column ~ "': 'VARCHAR'") -%}
        {%- endfor -%}
        {%- set literals = [] -%}
        {%- for file in group -%}{%- do literals.append(ratebook.text_literal(file)) -%}{%- endfor -%}
        {%- do calls.append(
            'read_csv([' ~ literals | join(', ') ~ '], columns = {' ~ typed | join(', ') ~ "}, auto_detect = false, header = true,
            delim = ',', quote = '\"', escape = '\"', null_padding = true, parallel = false, max_line_size = 16777216,
            buffer_size = 33554432" ~ options ~ ')'
        ) -%}
    {%- endfor -%}
    {{ return(calls) }}
{%- endmacro %}
