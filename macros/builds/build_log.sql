{% macro build_log() -%}
    {#- The table that has a row for each run. It is state: no run computes it again. -#}
    {{- api.Relation.create(database=target.database, schema='ratebook_state', identifier='build_log') -}}
{%- endmacro %}
