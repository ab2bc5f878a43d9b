{% macro version() %}
    {#- As in dbt_project.yml, which macros cannot read. -#}
    {{ return('0.1.0') }}
{% endmacro %}
