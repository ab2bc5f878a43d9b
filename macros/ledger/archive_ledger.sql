{% macro archive_ledger() %}
    {#-
        At the end of a run that passed: closes that the archive does not have are written as files. `ratebook build`
        does it itself, because its new file may still be refused.
    -#}
    {%- if ratebook.archives_ledger() and ratebook.has_passed(results) and not env_var('RATEBOOK_PUBLISHED_PATH', '') -%}
        {%- set closes = ratebook.ledger_closes() -%}
        {%- set folder = ratebook.ledger_archive(closes) -%}
        {%- set archived = ratebook.archived_closes(folder, closes) -%}
        {%- for number, close_hash in closes.items() if folder and number not in archived -%}
            {%- set name = 'close_%06d_%s.parquet' | format(number, close_hash) -%}
            {%- do ratebook.write_file(
                'select * from ' ~ ratebook.ledger_table() ~ ' where close_number = ' ~ number ~ ' order by row_number', folder, name
            ) -%}
            {%- do log("Archived: " ~ folder ~ "/" ~ name, info=true) -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}
