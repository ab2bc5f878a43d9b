{% macro product_outcomes() %}
    {#- The outcomes that an event can have for a product, in the order in which it gets further. -#}
    {{ return(['FILTERED_OUT', 'BAD_QUANTITY', 'NO_CONTRACT', 'OUTSIDE_CONTRACT', 'NOT_PRICED', 'RATED']) }}
{% endmacro %}
