{% macro columns_of_type(columns, type) %}
    {#- Those of an input's columns whose cells have a type, in order. -#}
    {{ return(columns.items() | selectattr(1, 'equalto', type) | map(attribute=0) | list) }}
{% endmacro %}
