{% macro check_event_files() %}
    {#-
        Stops the run if a file of usage events is not what the end of its name says, lacks a required column, or has a
        line that cannot be read. Only runs that build from the files look into them.
    -#}
    {%- set path = var('ratebook_usage_events', '') -%}
    {%- if path and 'model.ratebook.stg_usage_events' in selected_resources -%}
        {#- Lines of JSON must fit before anyone looks into them; the header of CSV says how its lines are read. -#}
        {%- set is_csv = ratebook.kind_of_files(path) == 'csv' -%}
        {{- ratebook.check_event_lines(path) if not is_csv -}}
        {%- for head in ratebook.file_columns(path) -%}
            {%- if head.defect -%}
                {{- ratebook.stop_with(
                    head.place ~ " of usage events " ~ head.defect ~ "; write "
                    ~ ("CSV with a header" if is_csv else "one JSON object a line")
                    ~ ", in UTF-8, compressed only if the name ends in .gz or .zst"
                ) -}}
            {%- endif -%}
            {{- ratebook.check_columns(head.place ~ " of usage events", 'usage_events', head.columns, head.noun) -}}
        {%- endfor -%}
        {{- ratebook.check_event_lines(path) if is_csv -}}
    {%- endif -%}
{% endmacro %}
