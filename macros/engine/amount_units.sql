{% macro amount_units(amount) -%}
    {{ adapter.dispatch('amount_units', 'ratebook')(amount) }}
{%- endmacro %}

{% macro duckdb__amount_units(amount) -%}
    {#- An amount with 20 decimals, below 10^12, as an integer in units of 10^-20. -#}
    {%- set ten = 'cast(10000000000 as decimal(11, 0))' -%}
    {%- set first = '(cast(' ~ amount ~ ' - trunc(' ~ amount ~ ') as decimal(20, 20)) * ' ~ ten ~ ')' -%}
    (
        cast(trunc({{ amount }}) as hugeint) * cast(100000000000000000000 as hugeint)
        + cast(trunc({{ first }}) as hugeint) * 10000000000
        + cast(cast({{ first }} - trunc({{ first }}) as decimal(20, 20)) * {{ ten }} as hugeint)
    )
{%- endmacro %}
