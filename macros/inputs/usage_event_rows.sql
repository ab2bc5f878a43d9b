{% macro usage_event_rows() %}
    {#-
        The usage events in the columns of the input contract: from files if ratebook_usage_events is set, else
        from the input table; for the built-in seeds from the case study's file. Missing columns are null.
    -#}
    {%- set path = var('ratebook_usage_events', '') -%}
    {%- if not path and ratebook.uses_case_study() -%}
        {%- set path = 'seeds/case_study_usage.parquet' -%}
        {%- if project_name != 'ratebook' -%}
            {%- set path = 'dbt_packages/ratebook/' ~ path -%}
        {%- endif -%}
    {%- endif -%}
    {%- set columns = ratebook.input_columns('usage_events') -%}
    {%- if 'usage_events' in ratebook.absent_inputs() and not var('ratebook_usage_events', '') -%}
        {{ return({'relation': none, 'types': {}}) }}
    {%- elif path -%}
        {%- set relation = ratebook.read_files(path, columns | list) -%}
    {%- else -%}
        {%- set relation = api.Relation.create(
            database=var('ratebook_input_database', '') or target.database,
            schema=var('ratebook_input_schema'),
            identifier='usage_events'
        ) -%}
    {%- endif -%}
    {{ return({'relation': relation, 'types': ratebook.column_types(relation) if execute else {}}) }}
{% endmacro %}
