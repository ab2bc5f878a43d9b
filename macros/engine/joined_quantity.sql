{% macro joined_quantity(whole, fraction) -%}
    {{ adapter.dispatch('joined_quantity', 'ratebook')(whole, fraction) }}
{%- endmacro %}

{% macro duckdb__joined_quantity(whole, fraction) -%}
    {#- whole x 10^12 + fraction as one integer; null if it does not fit: the caller reports it. -#}
    try(cast({{ whole }} as hugeint) * 1000000000000 + cast({{ fraction }} as hugeint))
{%- endmacro %}
