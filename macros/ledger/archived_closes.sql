{% macro archived_closes(folder, closes) %}
    {#- The files of an archive by the number of the close. Stops if one is not of the ledger with these closes. -#}
    {%- set archived = {} -%}
    {%- for file in (ratebook.files_of(ratebook.as_glob(folder) ~ '/close_*.parquet') if folder else []) -%}
        {%- set name = modules.re.search('close_([0-9]{6,})_([0-9a-f]{32})[.]parquet$', file) -%}
        {%- if name -%}
            {%- set number = name[1] | int -%}
            {%- if number in archived -%}
                {{- ratebook.stop_with(
                    "there are two files of close " ~ number ~ " in " ~ folder ~ ": keep the one of this ledger, and move the other one away"
                ) -}}
            {%- elif closes.get(number, name[2]) != name[2] -%}
                {{- ratebook.stop_with(
                    "close " ~ number ~ " of the ledger is another one than in its archive, " ~ file
                    ~ ": two databases have closed on one archive; move away what is not of this ledger, or give it another"
                    ~ " ratebook_ledger_archive"
                ) -}}
            {%- endif -%}
            {%- do archived.update({number: file}) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(archived) }}
{% endmacro %}
