{% macro table_of_reads(name) %}
    {#- A table that is kept from build to build, as the build before has left it: without waiting for this one's. -#}
    {{ return(api.Relation.create(database=target.database, schema='ratebook_state', identifier=name)) }}
{% endmacro %}
