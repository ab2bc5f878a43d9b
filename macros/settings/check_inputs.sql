{% macro check_inputs() %}
    {#- Every input table that the vars promise must be there, with its required columns. -#}
    {%- if not ratebook.uses_case_study() -%}
        {%- for name in ratebook.input_columns() if name not in var('ratebook_absent_inputs', [])
            and not (name == 'usage_events' and var('ratebook_usage_events', '')) -%}
            {%- set relation = adapter.get_relation(
                database=var('ratebook_input_database', '') or target.database,
                schema=var('ratebook_input_schema'),
                identifier=name
            ) -%}
            {%- if relation is none -%}
                {{- ratebook.stop_with(
                    "the input table " ~ var('ratebook_input_schema') ~ "." ~ name ~ " does not exist; make it, or name "
                    ~ name ~ " in ratebook_absent_inputs"
                ) -}}
            {%- endif -%}
            {%- set columns = adapter.get_columns_in_relation(relation) | map(attribute='name') | map('lower') | list -%}
            {%- set missing = ratebook.required_input_columns(name) | reject('in', columns) | list -%}
            {%- if missing -%}
                {{- ratebook.stop_with(
                    "the input table " ~ var('ratebook_input_schema') ~ "." ~ name ~ " has no column "
                    ~ missing | join(', ') ~ "; add it"
                ) -}}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}
