{% macro number_parts(text) -%}
    {{ adapter.dispatch('number_parts', 'ratebook')(text) }}
{%- endmacro %}

{% macro duckdb__number_parts(text) -%}
    {#-
        A number as its sign, its digits without leading zeros ('' for zero), and how many of the digits are decimals:
        below 0 if the point is further right than the last digit. An exponent counts with nine digits at most.
    -#}
    list_transform(
        [regexp_extract(
            {{ text }},
            '^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?)0*(\d+))?$',
            ['minus', 'whole', 'fraction', 'direction', 'exponent']
        )],
        lambda written : struct_pack(
            minus := written.minus,
            digits := ltrim(written.whole || written.fraction, '0'),
            decimals := length(written.fraction)
                + case when written.direction = '-' then 1 else -1 end
                * case
                    when length(written.exponent) > 9 then 999999999
                    else coalesce(try_cast(written.exponent as bigint), 0)
                end
        )
    )[1]
{%- endmacro %}
