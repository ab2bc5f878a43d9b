{% macro text_of_decimal(value) -%}
    {{ adapter.dispatch('text_of_decimal', 'ratebook')(value) }}
{%- endmacro %}

{% macro duckdb__text_of_decimal(value) -%}
    {#- A decimal (of a type with decimal places) without trailing zeros. -#}
    rtrim(rtrim(cast({{ value }} as varchar), '0'), '.')
{%- endmacro %}
