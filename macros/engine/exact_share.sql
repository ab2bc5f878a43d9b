{% macro exact_share(amount, days, days_of_period) -%}
    {{ adapter.dispatch('exact_share', 'ratebook')(amount, days, days_of_period) }}
{%- endmacro %}

{% macro duckdb__exact_share(amount, days, days_of_period) -%}
    {#-
        amount x days / days_of_period for a decimal(22, 10), divided once and cut off after 20 decimals, as in
        exact_amount. No overflow: 10^12 x 10^20 x 1,200 months of days stays below 10^38.
    -#}
    (
        cast(
            {{ ratebook.quantity_numerator('cast(' ~ amount ~ ' as decimal(38, 12))') }} * 100000000 * {{ days }}
            // {{ days_of_period }}
            as decimal(38, 0)
        ) * cast(0.00000000000000000001 as decimal(20, 20))
    )
{%- endmacro %}
