{% macro input_relation(name) %}
    {#- The table of the user that holds an input; none if there is no such table. -#}
    {{ return(adapter.get_relation(
        database=var('ratebook_input_database', '') or target.database,
        schema=var('ratebook_input_schema'),
        identifier=name
    )) }}
{% endmacro %}
