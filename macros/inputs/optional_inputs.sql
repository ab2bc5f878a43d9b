{% macro optional_inputs() %}
    {#- Inputs that not everybody has: a table that is missing counts as empty. -#}
    {{ return(ratebook.features().values() | sum(start=[])) }}
{% endmacro %}
