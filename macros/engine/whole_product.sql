{% macro whole_product(number, other) -%}
    {{ adapter.dispatch('whole_product', 'ratebook')(number, other) }}
{%- endmacro %}

{% macro duckdb__whole_product(number, other) -%}
    {#- The product of two whole numbers, exactly; null if it does not fit. -#}
    try(cast({{ number }} as hugeint) * cast({{ other }} as hugeint))
{%- endmacro %}
