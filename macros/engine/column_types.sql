{% macro column_types(relation) -%}
    {{ return(adapter.dispatch('column_types', 'ratebook')(relation)) }}
{%- endmacro %}

{% macro duckdb__column_types(relation) -%}
    {#- The columns of a relation (a table, or a call that reads files) with their types, in lower case. -#}
    {%- set types = {} -%}
    {%- for row in run_query('describe select * from ' ~ relation).rows -%}
        {%- do types.update({row[0] | lower: row[1] | lower}) -%}
    {%- endfor -%}
    {{ return(types) }}
{%- endmacro %}
