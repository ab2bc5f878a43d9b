{% macro packages(numerator, divisor, size) -%}
    {{ adapter.dispatch('packages', 'ratebook')(numerator, divisor, size) }}
{%- endmacro %}

{% macro duckdb__packages(numerator, divisor, size) -%}
    {#-
        How many packages a quantity begins, in units of 10^-12: rounded up, also below zero. Null if it does
        not fit: the caller reports it.
    -#}
    {%- set size_numerator = '(' ~ ratebook.quantity_numerator(size) ~ ' * ' ~ divisor ~ ')' -%}
    try(
        (
            {{ numerator }} // {{ size_numerator }}
            + case when {{ numerator }} % {{ size_numerator }} > 0 then 1 else 0 end
        ) * cast(1000000000000 as hugeint)
    )
{%- endmacro %}
