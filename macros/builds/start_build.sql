{% macro start_build() %}
    {#- Runs before the first model. Until the run is complete, readers refuse the marts. -#}
    {%- if ratebook.records_build() -%}
        insert into {{ ratebook.build_log() }} ({{ ratebook.build_log_columns() | join(', ') }})
        select
            {{ ratebook.text_literal(invocation_id) }},
            {{ ratebook.as_of() }},
            {{ ratebook.text_literal(ratebook.rating_sets() | last) }},
            cast('{{ run_started_at.strftime('%Y-%m-%d %H:%M:%S.%f') }}' as timestamp),
            null,
            {{ ratebook.text_literal(ratebook.version()) }},
            {{ ratebook.text_literal(dbt_version) }},
            {{ ratebook.text_literal(target.type) }},
            {{ ratebook.engine_version() }},
            {{ ratebook.time_zone_data() }}
    {%- endif -%}
{% endmacro %}
