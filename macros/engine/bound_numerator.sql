{% macro bound_numerator(quantity, divisor) -%}
    {{ adapter.dispatch('bound_numerator', 'ratebook')(quantity, divisor) }}
{%- endmacro %}

{% macro duckdb__bound_numerator(quantity, divisor) -%}
    {#- A bound of a tier as a numerator over a divisor. A bound that does not fit is above every quantity that does. -#}
    coalesce(
        try({{ ratebook.quantity_numerator(quantity) }} * {{ divisor }}),
        cast(170141183460469231731687303715884105727 as hugeint)
    )
{%- endmacro %}
