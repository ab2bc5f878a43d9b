{% macro decimal_quantity(numerator, divisor) -%}
    {{ adapter.dispatch('decimal_quantity', 'ratebook')(numerator, divisor) }}
{%- endmacro %}

{% macro duckdb__decimal_quantity(numerator, divisor) -%}
    {#-
        numerator / divisor in units of 10^-12 as decimal(38, 12), rounded half away from zero, for display
        only. Amounts are computed from the exact numerator and divisor.
    -#}
    try(
        cast(
            ({{ numerator }} // {{ divisor }})
            + case
                when 2 * abs({{ numerator }} % {{ divisor }}) >= {{ divisor }} then sign({{ numerator }})
                else 0
            end
            as decimal(38, 0)
        ) * cast(0.000000000001 as decimal(12, 12))
    )
{%- endmacro %}
