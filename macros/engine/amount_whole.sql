{% macro amount_whole(price, numerator, divisor) -%}
    {{ adapter.dispatch('amount_whole', 'ratebook')(price, numerator, divisor) }}
{%- endmacro %}

{% macro duckdb__amount_whole(price, numerator, divisor) -%}
    {#-
        price x quantity, exactly, as amount_whole + amount_rest / divisor in units of 10^-22; the quantity is
        numerator / divisor in units of 10^-12. Null if it does not fit: the caller reports it.

        With the price in units of 10^-10 as a x 10^9 + b, and numerator = c x divisor + d:
        price x c + a x d / divisor x 10^9 + b x d / divisor, so that no product has more than 38 digits.
    -#}
    {%- set units = ratebook.price_units(price) -%}
    {%- set d = '(cast(' ~ numerator ~ ' as hugeint) % cast(' ~ divisor ~ ' as hugeint))' -%}
    {%- set divisor = 'cast(' ~ divisor ~ ' as hugeint)' -%}
    {%- set a_times_d = '(' ~ units ~ ' // 1000000000 * ' ~ d ~ ')' -%}
    try(
        {{ units }} * (cast({{ numerator }} as hugeint) // {{ divisor }})
        + {{ a_times_d }} // {{ divisor }} * 1000000000
        + ({{ a_times_d }} % {{ divisor }} * 1000000000 + {{ units }} % 1000000000 * {{ d }}) // {{ divisor }}
    )
{%- endmacro %}
