{% macro complete_build() %}
    {#- Runs after the last node. A run is complete only if every model and test passed. -#}
    {%- if ratebook.records_build() -%}
        {%- if ratebook.has_passed(results) -%}
            update {{ ratebook.build_log() }}
            set completed_at = cast(
                '{{ modules.datetime.datetime.now(modules.pytz.utc).strftime('%Y-%m-%d %H:%M:%S.%f') }}' as timestamp
            )
            where invocation_id = {{ ratebook.text_literal(invocation_id) }}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}
