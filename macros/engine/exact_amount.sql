{% macro exact_amount(price, numerator, denominator, discount_percent='0') -%}
    {{ adapter.dispatch('exact_amount', 'ratebook')(price, numerator, denominator, discount_percent) }}
{%- endmacro %}

{% macro duckdb__exact_amount(price, numerator, denominator, discount_percent) -%}
    {#-
        price x (1 - discount_percent / 100) x numerator / denominator, where numerator counts units of
        10^-12: divided once, at the end, in integers, and cut off (never rounded) after 20 decimals. Because
        the cut is towards zero, rounding the result half away from zero equals rounding the exact value.
        Null if the result does not fit: the caller reports it.

        With p the price x discount in units of 10^-14 and n = a x d + r:  p x n / d = p x a + p x r / d.
    -#}
    {%- set p -%}
        (
            cast(cast({{ price }} as decimal(38, 10)) * cast(10000000000 as decimal(11, 0)) as hugeint)
            * cast(10000 - 100 * cast({{ discount_percent }} as decimal(9, 2)) as hugeint)
        )
    {%- endset -%}
    {%- set n = 'cast(' ~ numerator ~ ' as hugeint)' -%}
    {%- set d = 'cast(' ~ denominator ~ ' as hugeint)' -%}
    try(
        cast(
            ({{ p }} * ({{ n }} // {{ d }}) + ({{ p }} * ({{ n }} % {{ d }})) // {{ d }}) // 1000000
            as decimal(38, 0)
        ) * cast(0.00000000000000000001 as decimal(20, 20))
    )
{%- endmacro %}
