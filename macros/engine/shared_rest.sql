{% macro shared_rest(whole, rest, divisor, share_numerator, share_divisor) -%}
    {{ adapter.dispatch('shared_rest', 'ratebook')(whole, rest, divisor, share_numerator, share_divisor) }}
{%- endmacro %}

{% macro duckdb__shared_rest(whole, rest, divisor, share_numerator, share_divisor) -%}
    {#- See shared_whole. -#}
    {%- set part = 'cast(' ~ share_numerator ~ ' as hugeint)' -%}
    {%- set of = 'cast(' ~ share_divisor ~ ' as hugeint)' -%}
    {%- set divisor = 'cast(' ~ divisor ~ ' as hugeint)' -%}
    try(
        ({{ whole }} % {{ of }} * {{ part }}) % {{ of }} * {{ divisor }} + {{ rest }} * {{ part }}
    )
{%- endmacro %}
