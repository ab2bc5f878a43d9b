{% macro product_outcomes() %}
    {#- The outcomes that an event can have for a product, from the least far to the furthest. -#}
    {{ return([
        'BAD_METER', 'FILTERED_OUT', 'BAD_QUANTITY', 'NO_CONTRACT', 'OUTSIDE_CONTRACT', 'IN_TRIAL', 'NOT_PRICED', 'RATED',
    ]) }}
{% endmacro %}
