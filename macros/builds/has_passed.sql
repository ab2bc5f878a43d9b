{% macro has_passed(results) %}
    {#- Whether every model and test of a run passed, at its end. -#}
    {%- set passed = ['success', 'pass', 'warn', 'no-op'] -%}
    {{ return(results | rejectattr('status', 'in', passed) | list == []) }}
{% endmacro %}
