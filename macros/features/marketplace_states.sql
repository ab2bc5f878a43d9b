{% macro marketplace_states() %}
    {#- The states of an agreement, in the order in which they count at one instant. -#}
    {{ return(['PENDING', 'FAILED', 'ACTIVE', 'SUSPENDED', 'CLOSING', 'ENDED']) }}
{% endmacro %}
