{% macro round_money(amount, minor_units) -%}
    {{ adapter.dispatch('round_money', 'ratebook')(amount, minor_units) }}
{%- endmacro %}

{% macro default__round_money(amount, minor_units) -%}
    {#-
        The only rounding of a line: half away from zero, to the minor unit of its currency. The number of
        places is a literal in each branch, because engines cannot round decimals by a column. Every branch
        is cast, because a case over several scales returns the smallest.
    -#}
    case {{ minor_units }}
        {%- for places in range(9) %}
        when {{ places }} then cast(round({{ amount }}, {{ places }}) as decimal(28, 8))
        {%- endfor %}
    end
{%- endmacro %}
