{% macro money_of_units(units, minor_units) -%}
    {{ adapter.dispatch('money_of_units', 'ratebook')(units, minor_units) }}
{%- endmacro %}

{% macro duckdb__money_of_units(units, minor_units) -%}
    {#- An amount of so many minor units of a currency. -#}
    cast(
        cast({{ units }} as decimal(20, 0)) * case {{ minor_units }}
            {%- for places in range(9) %}
            when {{ places }} then cast({{ 10 ** (8 - places) }} as decimal(9, 0))
            {%- endfor %}
        end * cast(0.00000001 as decimal(8, 8))
        as decimal(28, 8)
    )
{%- endmacro %}
