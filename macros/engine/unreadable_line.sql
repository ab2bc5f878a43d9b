{% macro unreadable_line(path, columns) -%}
    {{ return(adapter.dispatch('unreadable_line', 'ratebook')(path, columns)) }}
{%- endmacro %}

{% macro duckdb__unreadable_line(path, columns) -%}
    {#-
        The first line of text files that would stop the reader: its file, its number and what is wrong; none if there
        is none. It reads the files once, but JSON files only where a line may have more than 16 MB, for all other lines
        of JSON can be read or count as events.
    -#}
    {%- set kind = ratebook.kind_of_files(path) -%}
    {%- set rejects = "store_rejects = true, rejects_line_size_limit = 1, rejects_table = 'ratebook_rejects', rejects_scan = 'ratebook_scans'" -%}
    {%- set forget = 'drop table if exists ratebook_rejects; drop table if exists ratebook_scans' -%}
    {%- set calls = [] -%}
    {%- if kind == 'csv' -%}
        {%- set calls = ratebook.csv_calls(ratebook.files_of(path), columns, ', ' ~ rejects) -%}
    {%- elif kind == 'json' -%}
        {%- set large -%}
            select filename from read_blob({{ ratebook.text_literal(path) }})
            where size > 16777216 or not regexp_matches(lower(filename), '(json|jsonl|ndjson)$') order by filename
        {%- endset -%}
        {%- for file in run_query(large).columns[0].values() -%}
            {%- do calls.append(ratebook.text_lines(file, 16777216, rejects)) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- set found = [] -%}
    {%- for call in calls if not found -%}
        {%- do run_query(forget) -%}
        {#- Every column is counted, because the reader skips the others. -#}
        {%- do run_query('select count(columns(*)) from ' ~ call) -%}
        {%- set rows = run_query(
            "select file_path, line, lower(cast(error_type as varchar)) from ratebook_rejects inner join ratebook_scans using (scan_id, file_id)"
            ~ ("" if kind == 'csv' else " where error_type = 'LINE SIZE OVER MAXIMUM'")
            ~ " order by file_path, line limit 1"
        ).rows -%}
        {%- for row in rows -%}
            {%- do found.append({'file': row[0], 'line': row[1], 'defect': row[2]}) -%}
        {%- endfor -%}
        {%- do run_query(forget) -%}
    {%- endfor -%}
    {{ return(found | first if found else none) }}
{%- endmacro %}
