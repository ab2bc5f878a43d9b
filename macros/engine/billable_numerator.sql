{% macro billable_numerator(numerator, divisor, free_quantity) -%}
    {{ adapter.dispatch('billable_numerator', 'ratebook')(numerator, divisor, free_quantity) }}
{%- endmacro %}

{% macro duckdb__billable_numerator(numerator, divisor, free_quantity) -%}
    {#- A cumulative quantity minus the free quantity, which never turns a negative total into zero. -#}
    try(
        case
            when {{ numerator }} < 0 or {{ free_quantity }} is null then {{ numerator }}
            else greatest({{ numerator }} - {{ ratebook.quantity_numerator(free_quantity) }} * {{ divisor }}, 0)
        end
    )
{%- endmacro %}
