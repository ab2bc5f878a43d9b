{% macro version() %}
    {#- As in dbt_project.yml, which dbt does not show to macros. -#}
    {{ return('0.1.0') }}
{% endmacro %}
