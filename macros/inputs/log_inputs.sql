{% macro log_inputs() %}
    {#- Inputs that are logs of what happened: each row counts once, without versions, branches or deletions. -#}
    {{ return(['usage_events', 'marketplace_sent_records', 'marketplace_record_results', 'payments']) }}
{% endmacro %}
