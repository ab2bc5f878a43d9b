{% macro price_units(price) -%}
    {{ adapter.dispatch('price_units', 'ratebook')(price) }}
{%- endmacro %}

{% macro duckdb__price_units(price) -%}
    {#- A price as an integer, in units of 10^-10. -#}
    cast(cast({{ price }} as decimal(38, 10)) * cast(10000000000 as decimal(11, 0)) as hugeint)
{%- endmacro %}
