{% macro input_rows(name) %}
    {#- The rows of an input as text, in the columns of the input contract; absent ones are empty. -#}
    {%- if name in ratebook.outbox_files() and var('ratebook_marketplace_outbox', '') -%}
        {%- set relation = ratebook.read_files(
            var('ratebook_marketplace_outbox') ~ '/' ~ ratebook.outbox_files()[name],
            ratebook.input_columns(name) | list,
            is_optional=true
        ) -%}
    {%- elif name in ratebook.absent_inputs() -%}
        {%- set relation = none -%}
    {%- elif ratebook.uses_case_study() -%}
        {%- set relation = ref('ratebook', 'raw_' ~ name) -%}
    {%- elif execute and name in ratebook.optional_inputs() and ratebook.input_relation(name) is none -%}
        {%- set relation = none -%}
    {%- else -%}
        {%- set relation = api.Relation.create(
            database=var('ratebook_input_database', '') or target.database,
            schema=var('ratebook_input_schema'),
            identifier=name
        ) -%}
    {%- endif -%}
    {{- ratebook.rows_as_text(relation, ratebook.input_columns(name) | list) -}}
{% endmacro %}
