{% macro sql_of_text(text) -%}
    {#- SQL of a text as a literal, for a query: dbt takes texts that look like numbers for numbers. -#}
    '''' || replace({{ text }}, '''', '''''') || ''''
{%- endmacro %}
