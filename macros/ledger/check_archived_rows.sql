{% macro check_archived_rows(rows, files) %}
    {#- Stops the run unless files of the archive have what their closes have frozen; rows are those of the ledger too. -#}
    {%- set broken = run_query(ratebook.broken_closes('(' ~ rows ~ ')')).columns[0].values() | map('int') | list -%}
    {%- set found = [] -%}
    {%- for row in run_query(
        'select distinct close_number, close_hash from (' ~ ratebook.with_files(none, files) ~ ') as files order by 1'
    ).rows if row[0] | int not in broken -%}
        {%- do found.append('close_%06d_%s.parquet' | format(row[0] | int, row[1])) -%}
    {%- endfor -%}
    {%- for file in files if modules.re.split('[/\\\\]', file) | last not in found -%}
        {{- ratebook.stop_with(
            "the file " ~ file ~ " does not have the rows that its close has frozen: bring back a copy that is not damaged"
        ) -}}
    {%- endfor -%}
    {%- if found | length != files | length -%}
        {{- ratebook.stop_with("the files " ~ files | join(', ') ~ " have closes that their names do not say: bring back others") -}}
    {%- endif -%}
{% endmacro %}
