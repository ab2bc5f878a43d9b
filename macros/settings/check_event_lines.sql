{% macro check_event_lines(path) %}
    {%- set bad = ratebook.unreadable_line(path, ratebook.input_columns('usage_events') | list) -%}
    {%- if bad is not none -%}
        {{- ratebook.stop_with(
            "line " ~ bad.line ~ " of the file " ~ bad.file ~ " of usage events cannot be read: " ~ bad.defect
            ~ "; correct the line"
        ) -}}
    {%- endif -%}
{% endmacro %}
