{% macro usage_event_path() %}
    {#- The path or glob of the files of usage events; empty if they are in a table. -#}
    {%- set path = var('ratebook_usage_events', '') -%}
    {%- if not path and ratebook.uses_case_study() and 'usage_events' not in ratebook.absent_inputs() -%}
        {{ return(
            ('dbt_packages/ratebook/' if project_name != 'ratebook' else '') ~ 'seeds/case_study_usage.parquet'
        ) }}
    {%- endif -%}
    {{ return(path) }}
{% endmacro %}
