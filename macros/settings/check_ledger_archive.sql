{% macro check_ledger_archive() %}
    {#- Runs before the archive is looked for. -#}
    {%- set folder = var('ratebook_ledger_archive') -%}
    {%- if folder is not string -%}
        {{- ratebook.stop_with(
            "the var ratebook_ledger_archive is " ~ folder | tojson ~ "; set it to the path of a folder, or to an empty text for"
            ~ " one beside the DuckDB file"
        ) -}}
    {%- elif folder and not ratebook.can_write_files() -%}
        {{- ratebook.stop_with(
            "the var ratebook_ledger_archive is '" ~ folder ~ "', but only DuckDB keeps the ledger as files; leave it empty"
        ) -}}
    {%- endif -%}
{% endmacro %}
