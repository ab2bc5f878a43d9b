{% macro rating_sets() %}
    {#- The names of the rating sets of this build: main, and the branch if there is one. -#}
    {%- set branch = var('ratebook_branch', 'main') | string | trim -%}
    {{ return(['main'] if branch in ('', 'main', 'None') else ['main', branch]) }}
{% endmacro %}
