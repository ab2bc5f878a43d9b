{% macro uplifted_price(price, factor, factor_error) -%}
    {{ adapter.dispatch('uplifted_price', 'ratebook')(price, factor, factor_error) }}
{%- endmacro %}

{% macro duckdb__uplifted_price(price, factor, factor_error) -%}
    {#-
        price x factor, rounded once, half away from zero, to 10 decimals. The exact factor lies between factor and
        factor + factor_error: the price is computed with both, and null unless they agree, or if it does not fit.

        With the price in units of 10^-10 as a x 10^9 + b, and the factor in units of 10^-26:
        price x factor / 10^26 = a x factor / 10^17 + b x factor / 10^26, in integers below 10^38.
    -#}
    {%- set units = 'cast(abs(cast(' ~ price ~ ' as decimal(38, 10))) * cast(10000000000 as decimal(11, 0)) as hugeint)' -%}
    {%- set a_times_factor = '(' ~ units ~ ' // 1000000000 * ' ~ factor ~ ')' -%}
    {%- set rest -%}
        (
            {{ a_times_factor }} % cast(100000000000000000 as hugeint) * 1000000000
            + {{ units }} % 1000000000 * {{ factor }}
            + cast(50000000000000000000000000 as hugeint)
        )
    {%- endset -%}
    {%- set one = 'cast(100000000000000000000000000 as hugeint)' -%}
    {%- set lower = rest ~ ' // ' ~ one -%}
    {%- set upper = '(' ~ rest ~ ' + ' ~ units ~ ' * ' ~ factor_error ~ ') // ' ~ one -%}
    try(
        case
            when {{ lower }} = {{ upper }}
                then
                    cast(
                        cast(
                            ({{ a_times_factor }} // cast(100000000000000000 as hugeint) + {{ lower }})
                            * case when {{ price }} < 0 then -1 else 1 end
                            as decimal(38, 0)
                        ) * cast(0.0000000001 as decimal(10, 10)) as decimal(18, 10)
                    )
        end
    )
{%- endmacro %}
