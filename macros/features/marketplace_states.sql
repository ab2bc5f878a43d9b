{% macro marketplace_states() %}
    {#- The states of an agreement, in the order in which they apply if several have the same time. -#}
    {{ return(['PENDING', 'FAILED', 'ACTIVE', 'SUSPENDED', 'CLOSING', 'ENDED']) }}
{% endmacro %}
