{% macro minor_units_in(amount, minor_units) -%}
    {{ adapter.dispatch('minor_units_in', 'ratebook')(amount, minor_units) }}
{%- endmacro %}

{% macro duckdb__minor_units_in(amount, minor_units) -%}
    {#- How many minor units of its currency a rounded amount has. -#}
    (
        cast({{ amount }} * cast(100000000 as decimal(9, 0)) as hugeint)
        // case {{ minor_units }}
            {%- for places in range(9) %}
            when {{ places }} then {{ 10 ** (8 - places) }}
            {%- endfor %}
        end
    )
{%- endmacro %}
