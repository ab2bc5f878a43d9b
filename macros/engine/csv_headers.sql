{% macro csv_headers(files) -%}
    {{ return(adapter.dispatch('csv_headers', 'ratebook')(files)) }}
{%- endmacro %}

{% macro duckdb__csv_headers(files) -%}
    {#- The cells of the first line of each CSV file; none for a file without lines. -#}
    {%- set headers = {} -%}
    {%- for some in files | batch(500) -%}
        {%- set query -%}
            {%- for file in some %}
            {{ "union all " if not loop.first -}}
            (select {{ ratebook.text_literal(file) }} as file, coalesce(line, '') as line from {{ ratebook.first_lines(file, 1) }})
            {%- endfor %}
        {%- endset -%}
        {%- for row in run_query(query).rows -%}
            {%- set cells = [] -%}
            {%- for quoted, plain in modules.re.findall('(?:^|,)(?:\\s*"((?:[^"]|"")*)"\\s*|([^,]*))', row[1]) -%}
                {%- do cells.append((quoted or plain) | trim) -%}
            {%- endfor -%}
            {%- do headers.update({row[0]: cells}) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(headers) }}
{%- endmacro %}
