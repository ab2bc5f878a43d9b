{% macro line_price_text() -%}
    {#- The price of a line item as text: what each tier owes, or a price with what it is for. -#}
    coalesce(
        rates_text || ' ' || currency,
        {{ ratebook.text_of_decimal('price') }} || ' ' || currency
        || case
            when charge_model = 'PACKAGE' then ' per package of ' || {{ ratebook.text_of_decimal('package_size') }}
            when price_per != 1 then ' per ' || cast(price_per as varchar)
            else ''
        end
    )
{%- endmacro %}
