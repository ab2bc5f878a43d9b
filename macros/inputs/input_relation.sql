{% macro input_relation(name) %}
    {#- The user's table of an input; none if it does not exist. -#}
    {{ return(adapter.get_relation(
        database=var('ratebook_input_database', '') or target.database,
        schema=var('ratebook_input_schema'),
        identifier=name
    )) }}
{% endmacro %}
