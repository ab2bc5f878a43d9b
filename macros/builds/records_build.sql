{% macro records_build() %}
    {#- Whether this run builds the marts behind the gate, and so has a row in the build log. -#}
    {{ return(execute and 'model.ratebook.builds' in (selected_resources or [])) }}
{% endmacro %}
