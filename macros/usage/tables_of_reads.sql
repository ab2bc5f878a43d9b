{% macro tables_of_reads() %}
    {#-
        The tables that are kept from build to build, and get rows for new usage, by name: as the build before has left
        them, without waiting for this one's.
    -#}
    {%- set tables = {} -%}
    {%- for name in ['int_usage_terms', 'int_usage_event_ids', 'int_usage_event_repeats', 'int_usage_totals'] -%}
        {%- do tables.update({
            name: api.Relation.create(database=target.database, schema='ratebook_state', identifier=name)
        }) -%}
    {%- endfor -%}
    {{ return(tables) }}
{% endmacro %}
