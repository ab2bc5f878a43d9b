{% macro exact_charge(whole, rest, divisor, factor='1', denominator='1', discount_percent='0') -%}
    {{ adapter.dispatch('exact_charge', 'ratebook')(whole, rest, divisor, factor, denominator, discount_percent) }}
{%- endmacro %}

{% macro duckdb__exact_charge(whole, rest, divisor, factor, denominator, discount_percent) -%}
    {#-
        (whole + rest / divisor) x factor / denominator x (1 - discount_percent / 100) of an amount as
        amount_whole has it, cut off (never rounded) after 20 decimals. Because the cut is towards zero,
        rounding the result half away from zero equals rounding the exact value. Null if it does not fit:
        the caller reports it.

        With whole = a x denominator + b, in units of 10^-26: a x factor + (b x factor x divisor + rest x factor)
        / (denominator x divisor). The sum of both parts is cut towards zero only at the end, because tiers
        can leave a rest of the other sign.
    -#}
    {%- set divisor = 'cast(' ~ divisor ~ ' as hugeint)' -%}
    {%- set kept = '(10000 - 100 * cast(' ~ discount_percent ~ ' as decimal(9, 2)))' -%}
    try(
        list_transform(
            [
                struct_pack(
                    units := ({{ whole }} // {{ denominator }}) * {{ factor }} * cast({{ kept }} as hugeint),
                    rest := (({{ whole }} % {{ denominator }}) * {{ factor }} * {{ divisor }} + {{ rest }} * {{ factor }})
                        * cast({{ kept }} as hugeint),
                    divisor := {{ denominator }} * {{ divisor }}
                )
            ],
            lambda exact : cast(
                (
                    exact.units + exact.rest // exact.divisor
                    - case
                        when exact.units + exact.rest // exact.divisor > 0 and exact.rest % exact.divisor < 0 then 1
                        when exact.units + exact.rest // exact.divisor < 0 and exact.rest % exact.divisor > 0 then -1
                        else 0
                    end
                ) // 1000000
                as decimal(38, 0)
            ) * cast(0.00000000000000000001 as decimal(20, 20))
        )[1]
    )
{%- endmacro %}
