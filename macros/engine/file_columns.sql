{% macro file_columns(path) -%}
    {{ return(adapter.dispatch('file_columns', 'ratebook')(path)) }}
{%- endmacro %}

{% macro duckdb__file_columns(path) -%}
    {#-
        The place in each file that names its columns, with these: of CSV its header, of JSON the keys of its first 100
        lines. Empty files are left out. A file that is not what the end of its name says has a `defect` instead.
    -#}
    {%- set kind = ratebook.kind_of_files(path) -%}
    {%- set found = [] -%}
    {%- if kind == 'csv' -%}
        {%- set headers = ratebook.csv_headers(ratebook.files_of(path)) -%}
        {%- set sizes -%}
            select filename from read_blob({{ ratebook.text_literal(path) }})
            where size > 0 and lower(filename) like '%.csv'
        {%- endset -%}
        {%- for file in run_query(sizes).columns[0].values() if file not in headers -%}
            {%- do found.append({'place': 'the file ' ~ file, 'defect': 'has no text'}) -%}
        {%- endfor -%}
        {%- for file, cells in headers.items() -%}
            {%- do found.append({
                'place': 'line 1 of the file ' ~ file, 'noun': 'column', 'columns': cells | map('lower') | list,
            }) -%}
        {%- endfor -%}
        {{ return(found) }}
    {%- endif -%}
    {%- for some in ratebook.files_of(path) | batch(500) -%}
        {%- set query -%}
            {%- for file in some %}
            {{ "union all " if not loop.first }}
            {%- if kind == 'parquet' -%}
            select
                {{ ratebook.text_literal(file) }} as file,
                cast(to_json(list(lower(column_name))) as varchar) as columns,
                null as defect
            from (describe select * from read_parquet({{ ratebook.text_literal(file) }}))
            {%- else -%}
            select * from {{ ratebook.json_head(file) }}
            {%- endif -%}
            {%- endfor %}
        {%- endset -%}
        {%- for row in run_query(query).rows -%}
            {%- do found.append({
                'place': 'the file ' ~ row[0], 'noun': 'key' if kind == 'json' else 'column',
                'columns': fromjson(row[1] or '[]'), 'defect': row[2],
            }) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}
