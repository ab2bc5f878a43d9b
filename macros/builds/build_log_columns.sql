{% macro build_log_columns() %}
    {{ return({
        'invocation_id': 'varchar', 'as_of': 'timestamp', 'branch': 'varchar', 'started_at': 'timestamp',
        'completed_at': 'timestamp', 'ratebook_version': 'varchar', 'dbt_version': 'varchar',
        'engine': 'varchar', 'engine_version': 'varchar', 'time_zone_data': 'varchar',
    }) }}
{% endmacro %}
