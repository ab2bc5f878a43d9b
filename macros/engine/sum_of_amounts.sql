{% macro sum_of_amounts(units, flat_amount=none) -%}
    {{ adapter.dispatch('sum_of_amounts', 'ratebook')(units, flat_amount) }}
{%- endmacro %}

{% macro duckdb__sum_of_amounts(units, flat_amount) -%}
    {#-
        An aggregate: the sum of integers of amount_whole or amount_rest, and of decimals beside them, in its
        units. Null if one of them is null, or so large that a sum of a thousand might not fit.
    -#}
    {%- set value = units -%}
    {%- if flat_amount -%}
        {%- set value = '(' ~ units ~ ' + ' ~ ratebook.price_units(flat_amount) ~ ' * 1000000000000)' -%}
    {%- endif -%}
    {%- set value = 'try(' ~ value ~ ')' -%}
    case
        when count(*) = count(case when abs({{ value }}) < cast(100000000000000000000000000000000000 as hugeint) then 1 end)
            then cast(sum(case when abs({{ value }}) < cast(100000000000000000000000000000000000 as hugeint) then {{ value }} end) as hugeint)
    end
{%- endmacro %}
