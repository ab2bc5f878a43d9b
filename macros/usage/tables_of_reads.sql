{% macro tables_of_reads() %}
    {#- The tables that are kept from build to build, and get rows for new usage. -#}
    {{ return(['int_usage_terms', 'int_usage_event_ids', 'int_usage_event_repeats', 'int_usage_totals']) }}
{% endmacro %}
