{% macro ledger_archive(closes) %}
    {#-
        The folder of the archive: the var, else a folder beside the database, named after it and the first close. A
        database without that close has lost it, if there was one: its archive is the only one beside it.
    -#}
    {%- if var('ratebook_ledger_archive') -%}
        {{ return(var('ratebook_ledger_archive').rstrip('/')) }}
    {%- endif -%}
    {%- set file = ratebook.database_file() -%}
    {%- if file and 1 in closes -%}
        {{ return(file ~ '.ledger-' ~ closes[1][:12]) }}
    {%- endif -%}
    {%- set folders = [] -%}
    {%- for found in ratebook.files_of(ratebook.as_glob(file) ~ '.ledger-*/close_*.parquet') if file -%}
        {%- set folder = modules.re.split('[/\\\\]close_[^/\\\\]*$', found)[0] -%}
        {%- do folders.append(folder) if folder not in folders -%}
    {%- endfor -%}
    {%- if folders | length > 1 -%}
        {{- ratebook.stop_with(
            file ~ " has no first close, and beside it are the archives of several ledgers: " ~ folders | join(' and ')
            ~ "; put the right one back with `ratebook restore --from FOLDER`"
        ) -}}
    {%- endif -%}
    {{ return(folders[0] if folders else none) }}
{% endmacro %}
