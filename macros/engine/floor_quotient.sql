{% macro floor_quotient(dividend, divisor) -%}
    {{ adapter.dispatch('floor_quotient', 'ratebook')(dividend, divisor) }}
{%- endmacro %}

{% macro duckdb__floor_quotient(dividend, divisor) -%}
    {#- Integer division by a positive number, rounded down, also below zero. -#}
    (
        {{ dividend }} // {{ divisor }}
        - case when {{ dividend }} % {{ divisor }} < 0 then 1 else 0 end
    )
{%- endmacro %}
