{% macro usage_event_rows(files=none) %}
    {#-
        The usage events in the columns of the input contract: from files if ratebook_usage_events is set, else
        from the input table; for the built-in seeds from the case study's file. Missing columns are null. arrival is
        the column by which a later build knows what has been read; empty if it reads all again.
    -#}
    {%- set path = ratebook.usage_event_path() -%}
    {%- set columns = ratebook.input_columns('usage_events') -%}
    {%- set cursor = var('ratebook_usage_cursor', '') -%}
    {%- if path -%}
        {%- set relation = ratebook.read_files(path, columns | list, files=files) -%}
    {%- elif 'usage_events' in ratebook.absent_inputs() -%}
        {{ return({'relation': none, 'types': {}, 'arrival': ''}) }}
    {%- else -%}
        {%- set relation = api.Relation.create(
            database=var('ratebook_input_database', '') or target.database,
            schema=var('ratebook_input_schema'),
            identifier='usage_events'
        ) -%}
    {%- endif -%}
    {%- set types = ratebook.column_types(relation) if execute else {} -%}
    {%- if cursor and path -%}
        {{- ratebook.stop_with("the var ratebook_usage_cursor is '" ~ cursor ~ "', but usage events come from files, which are known by their names; remove it") -}}
    {%- elif cursor and execute and cursor | lower not in types -%}
        {{- ratebook.stop_with("the var ratebook_usage_cursor is '" ~ cursor ~ "', but " ~ relation ~ " has no such column; set it to the column with the time, or the number, of the insertion of a row") -}}
    {%- elif cursor and execute and types[cursor | lower].startswith(('varchar', 'blob', 'json')) -%}
        {{- ratebook.stop_with("the var ratebook_usage_cursor is '" ~ cursor ~ "', but that column of " ~ relation ~ " is text, which has another order than times and numbers; set it to a column of times or numbers") -}}
    {%- endif -%}
    {{ return({
        'relation': relation,
        'types': types,
        'arrival': (ratebook.file_column() if path else cursor | lower) if relation else '',
    }) }}
{% endmacro %}
