{% macro amount_rest(price, numerator, divisor) -%}
    {{ adapter.dispatch('amount_rest', 'ratebook')(price, numerator, divisor) }}
{%- endmacro %}

{% macro duckdb__amount_rest(price, numerator, divisor) -%}
    {#- See amount_whole. -#}
    {%- set units = ratebook.price_units(price) -%}
    {%- set d = '(cast(' ~ numerator ~ ' as hugeint) % cast(' ~ divisor ~ ' as hugeint))' -%}
    {%- set divisor = 'cast(' ~ divisor ~ ' as hugeint)' -%}
    try(
        (
            {{ units }} // 1000000000 * {{ d }} % {{ divisor }} * 1000000000
            + {{ units }} % 1000000000 * {{ d }}
        ) % {{ divisor }}
    )
{%- endmacro %}
