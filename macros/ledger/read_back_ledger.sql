{% macro read_back_ledger() %}
    {#- Before a run reads the ledger: closes that only its archive has come back, all of them or none. -#}
    {%- if ratebook.archives_ledger() -%}
        {%- set table, closes = ratebook.ledger_table(), ratebook.ledger_closes() -%}
        {%- set folder = ratebook.ledger_archive(closes) -%}
        {%- set archived, files = ratebook.archived_closes(folder, closes), [] -%}
        {%- for number, file in archived | dictsort if number not in closes -%}
            {%- do files.append(file) -%}
        {%- endfor -%}
        {%- if files -%}
            {%- for number in range(1, archived | max) if number not in archived and number not in closes -%}
                {{- ratebook.stop_with(
                    "neither the ledger nor its archive, " ~ folder ~ ", has close " ~ number
                    ~ ", but the archive has later ones: bring its file back"
                ) -}}
            {%- endfor -%}
            {%- set is_there = adapter.get_relation(table.database, table.schema, table.identifier) is not none -%}
            {%- set rows = ratebook.with_files(table if is_there else none, files, ratebook.ledger_columns()) -%}
            {%- do ratebook.check_archived_rows(rows, files) -%}
            {%- do adapter.create_schema(table) -%}
            {#- In one statement, which also adds columns: older closes do not have all. -#}
            {%- do run_query('create or replace table ' ~ table ~ ' as ' ~ rows) -%}
            {%- if not is_there -%}
                {%- do adapter.cache_added(table.incorporate(type='table')) -%}
            {%- endif -%}
            {%- do log("Closes read back from " ~ folder ~ ": " ~ files | length, info=true) -%}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}
