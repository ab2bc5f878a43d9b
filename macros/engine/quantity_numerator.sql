{% macro quantity_numerator(quantity) -%}
    {{ adapter.dispatch('quantity_numerator', 'ratebook')(quantity) }}
{%- endmacro %}

{% macro duckdb__quantity_numerator(quantity) -%}
    {#- A decimal(38, 12) in units of 10^-12, as an integer; in two steps, so that it always fits. -#}
    (
        cast(trunc({{ quantity }}) as hugeint) * 1000000000000
        + cast(({{ quantity }} - trunc({{ quantity }})) * cast(1000000000000 as decimal(13, 0)) as hugeint)
    )
{%- endmacro %}
