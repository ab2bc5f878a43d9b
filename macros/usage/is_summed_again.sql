{% macro is_summed_again(customer_number, metered_at) -%}
    {#- Whether usage is of a day that is summed again. -#}
    {%- set days = ref('ratebook', 'int_usage_read_again') -%}
    (
        coalesce(({{ customer_number }}, cast({{ metered_at }} as date)) in (
            select customer_number, metered_date from {{ days }} where customer_number is not null
        ), false)
        or coalesce(cast({{ metered_at }} as date) in (
            select metered_date from {{ days }} where customer_number is null
        ), false)
    )
{%- endmacro %}
