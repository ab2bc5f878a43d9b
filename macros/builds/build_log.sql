{% macro build_log() -%}
    {#- The table with one row per run. It is state: no run can compute it again. -#}
    {{- api.Relation.create(database=target.database, schema='ratebook_state', identifier='build_log') -}}
{%- endmacro %}
