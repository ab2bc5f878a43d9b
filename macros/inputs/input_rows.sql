{% macro input_rows(name) %}
    {#-
        The rows of an input as text, in the columns of the input contract, and what could be parsed of them, as
        cells reads it; absent inputs are empty. Rows in the outbox are added.
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
    {%- set columns = ratebook.input_columns(name) -%}
    (
        select
            *
            {%- for type, parser in ratebook.cell_parsers().items() %}
            {%- set parsed = ratebook.columns_of_type(columns, type) %}
            {%- if parsed and not ratebook.is_absent(name) %},
            {{ ratebook.parsed_cells(parsed, parser[0]) }} as parsed_{{ type }}
            {%- endif %}
            {%- endfor %}
        from (
            select * from {{ ratebook.rows_as_text(relation, columns | list, ratebook.nested_columns(name)) }}
            {%- if name in ratebook.outbox_files() and var('ratebook_marketplace_outbox', '') %}
            {%- set files = var('ratebook_marketplace_outbox') ~ '/' ~ ratebook.outbox_files()[name] %}
            union all
            select * from {{ ratebook.rows_as_text(ratebook.read_files(files, columns | list, is_optional=true), columns | list) }}
            {%- endif %}
        )
    )
{% endmacro %}
