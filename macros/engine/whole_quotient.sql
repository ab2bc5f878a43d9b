{% macro whole_quotient(dividend, divisor) -%}
    {{ adapter.dispatch('whole_quotient', 'ratebook')(dividend, divisor) }}
{%- endmacro %}

{% macro duckdb__whole_quotient(dividend, divisor) -%}
    {#- Integer division, truncated towards zero. -#}
    ({{ dividend }} // {{ divisor }})
{%- endmacro %}
