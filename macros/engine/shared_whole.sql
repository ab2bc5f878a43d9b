{% macro shared_whole(whole, rest, divisor, share_numerator, share_divisor) -%}
    {{ adapter.dispatch('shared_whole', 'ratebook')(whole, rest, divisor, share_numerator, share_divisor) }}
{%- endmacro %}

{% macro duckdb__shared_whole(whole, rest, divisor, share_numerator, share_divisor) -%}
    {#-
        The part share_numerator / share_divisor of an amount as amount_whole has it, exactly: its whole units. The
        divisor of its rest, shared_rest, is divisor x share_divisor. Null if it does not fit: the caller reports it.

        With whole = a x share_divisor + b: a x share_numerator + b x share_numerator / share_divisor.
    -#}
    {%- set part = 'cast(' ~ share_numerator ~ ' as hugeint)' -%}
    {%- set of = 'cast(' ~ share_divisor ~ ' as hugeint)' -%}
    try(
        {{ whole }} // {{ of }} * {{ part }} + ({{ whole }} % {{ of }} * {{ part }}) // {{ of }}
    )
{%- endmacro %}
