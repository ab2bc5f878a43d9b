{% macro check_columns(place, input, columns, noun='column') %}
    {#- Stops the run unless an input has its required columns, and if a column looks like a misspelled one. -#}
    {%- set known_columns = ratebook.input_columns(input) -%}
    {%- for column in columns if column not in known_columns -%}
        {%- for known in known_columns if known not in columns -%}
            {%- if column | lower == known or ratebook.is_misspelling(column, known) -%}
                {{- ratebook.stop_with(
                    place ~ " has a " ~ noun ~ " " ~ column ~ " but no " ~ noun ~ " " ~ known ~ "; rename it to " ~ known
                    ~ " if it is this " ~ noun ~ ", else to a name that is less similar"
                ) -}}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- set missing = ratebook.required_input_columns(input) | reject('in', columns) | list -%}
    {%- if missing -%}
        {{- ratebook.stop_with(place ~ " has no " ~ noun ~ " " ~ missing | join(', ') ~ "; add it") -}}
    {%- endif -%}
{% endmacro %}
