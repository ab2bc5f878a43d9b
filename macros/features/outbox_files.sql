{% macro outbox_files() %}
    {#- Inputs that the command for metering records keeps as files in its outbox, with their paths. -#}
    {{ return({
        'marketplace_sent_records': 'sent/*.jsonl',
        'marketplace_record_results': 'results/*.jsonl',
    }) }}
{% endmacro %}
