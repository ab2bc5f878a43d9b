{% macro earliest_start_date() -%}
    {#- An earlier start is no date: databases write "none" as 0001-01-01. -#}
    cast('1900-01-01' as date)
{%- endmacro %}
