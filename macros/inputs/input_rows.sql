{% macro input_rows(name) %}
    {#-
        The rows of an input as text, in the columns of the input contract; absent inputs are empty. Rows in the
        outbox are added.
    -#}
    {%- if name in ratebook.absent_inputs() -%}
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
    {%- set columns = ratebook.input_columns(name) | list -%}
    {%- if name in ratebook.outbox_files() and var('ratebook_marketplace_outbox', '') -%}
        {%- set files = var('ratebook_marketplace_outbox') ~ '/' ~ ratebook.outbox_files()[name] -%}
        (
            select * from {{ ratebook.rows_as_text(relation, columns) }}
            union all
            select * from {{ ratebook.rows_as_text(ratebook.read_files(files, columns, is_optional=true), columns) }}
        )
    {%- else -%}
        {{- ratebook.rows_as_text(relation, columns, ratebook.list_columns(name)) -}}
    {%- endif -%}
{% endmacro %}
