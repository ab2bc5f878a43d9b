{% macro as_of() %}
    {#- The only place in which the clock is read. -#}
    {%- set instant = ratebook.parse_instant_setting('ratebook_as_of') -%}
    {%- if instant == '' -%}
        {%- if ratebook.uses_case_study() -%}
            {%- set instant = '2024-05-31 12:00:00.000000' -%}
        {%- else -%}
            {%- set instant = run_started_at.strftime('%Y-%m-%d %H:%M:%S.%f') -%}
        {%- endif -%}
    {%- endif -%}
    cast('{{ instant }}' as timestamp)
{%- endmacro %}
