{% macro absent_inputs() %}
    {#- A value that is not a list is reported before anything is built; while dbt parses, it counts as empty. -#}
    {%- set names = var('ratebook_absent_inputs', []) -%}
    {{ return([] if names is string or names is mapping or names is not iterable else names) }}
{% endmacro %}
