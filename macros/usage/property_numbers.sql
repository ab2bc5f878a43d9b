{% macro property_numbers() %}
    {#- The numbers of the properties that the matrix prices of a product may have together. -#}
    {{ return(range(1, 11) | list) }}
{% endmacro %}
