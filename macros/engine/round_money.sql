{% macro round_money(amount, minor_units) -%}
    {{ adapter.dispatch('round_money', 'ratebook')(amount, minor_units) }}
{%- endmacro %}

{% macro default__round_money(amount, minor_units) -%}
    {#-
        The one rounding of a line: half away from zero, to the minor unit of its currency. The number of
        places is a literal in each branch, since no engine rounds decimals to a column's places, and every
        branch is cast, since a case over several scales takes the smallest.
    -#}
    case {{ minor_units }}
        {%- for places in range(9) %}
        when {{ places }} then cast(round({{ amount }}, {{ places }}) as decimal(28, 8))
        {%- endfor %}
    end
{%- endmacro %}
