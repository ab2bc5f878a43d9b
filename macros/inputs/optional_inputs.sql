{% macro optional_inputs() %}
    {#- Inputs that many users do not have: a missing table counts as empty. -#}
    {{ return(ratebook.features().values() | sum(start=[])) }}
{% endmacro %}
