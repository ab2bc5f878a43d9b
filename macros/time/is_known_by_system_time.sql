{% macro is_known_by_system_time(instant) %}
    {#- True for rows that were known at ratebook_system_as_of; rows without a time always are. -#}
    {%- set limit = ratebook.parse_instant_setting('ratebook_system_as_of') -%}
    {%- if limit == '' -%}
        true
    {%- else -%}
        coalesce({{ instant }} <= cast('{{ limit }}' as timestamp), true)
    {%- endif -%}
{%- endmacro %}
