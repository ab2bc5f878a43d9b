{% macro whole_quotient(dividend, divisor) -%}
    {{ adapter.dispatch('whole_quotient', 'ratebook')(dividend, divisor) }}
{%- endmacro %}

{% macro duckdb__whole_quotient(dividend, divisor) -%}
    {#- Division of whole numbers, cut off towards zero. -#}
    ({{ dividend }} // {{ divisor }})
{%- endmacro %}
