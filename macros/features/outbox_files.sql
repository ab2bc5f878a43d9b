{% macro outbox_files() %}
    {#- Inputs that the command which sends metering records keeps as files in its outbox, and where. -#}
    {{ return({
        'marketplace_sent_records': 'sent/*.jsonl',
        'marketplace_record_results': 'results/*.jsonl',
    }) }}
{% endmacro %}
