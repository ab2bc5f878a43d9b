{% macro log_inputs() %}
    {#- Inputs that say what happened: each row once, without versions, branches or withdrawal. -#}
    {{ return(['usage_events', 'marketplace_sent_records', 'marketplace_record_results']) }}
{% endmacro %}
