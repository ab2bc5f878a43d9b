{% macro power_of_ten_in(number) -%}
    {{ adapter.dispatch('power_of_ten_in', 'ratebook')(number) }}
{%- endmacro %}

{% macro duckdb__power_of_ten_in(number) -%}
    {#- The largest of 10^12, 10^9, 10^6, 10^3 and 1 that divides an integer: it makes shares of quantities small. -#}
    case
        {%- for power in [1000000000000, 1000000000, 1000000, 1000] %}
        when {{ number }} % {{ power }} = 0 then {{ power }}
        {%- endfor %}
        else 1
    end
{%- endmacro %}
