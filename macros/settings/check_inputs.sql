{% macro check_inputs() %}
    {#- Every input table that the vars promise must be there, with its required columns. -#}
    {%- if not ratebook.uses_case_study() -%}
        {%- set database = var('ratebook_input_database', '') -%}
        {%- set place = (database ~ '.' if database else '') ~ var('ratebook_input_schema') -%}
        {%- for name in ratebook.input_columns() if name not in ratebook.absent_inputs()
            and not (name == 'usage_events' and var('ratebook_usage_events', '')) -%}
            {%- set relation = adapter.get_relation(
                database=var('ratebook_input_database', '') or target.database,
                schema=var('ratebook_input_schema'),
                identifier=name
            ) -%}
            {%- if relation is none -%}
                {{- ratebook.stop_with(
                    "the input table " ~ place ~ "." ~ name ~ " does not exist; make it, or name "
                    ~ name ~ " in ratebook_absent_inputs"
                ) -}}
            {%- endif -%}
            {%- set columns = adapter.get_columns_in_relation(relation) | map(attribute='name') | map('lower') | list -%}
            {%- set missing = ratebook.required_input_columns(name) | reject('in', columns) | list -%}
            {%- if missing -%}
                {{- ratebook.stop_with(
                    "the input table " ~ place ~ "." ~ name ~ " has no column "
                    ~ missing | join(', ') ~ "; add it"
                ) -}}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
    {#- Files that are not there, or cannot be read, stop the build here too. -#}
    {%- do ratebook.usage_event_rows() -%}
{% endmacro %}
