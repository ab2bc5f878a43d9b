{% macro line_price_text() -%}
    {#- The price of a line item as text: what each tier owes, or a price with what it is for. -#}
    coalesce(
        case when rates_text like '% + %' then '(' || rates_text || ')' else rates_text end || ' ' || currency,
        {{ ratebook.text_of_decimal('price') }} || ' ' || currency
        || case
            when charge_model = 'PACKAGE' then ' per package of ' || {{ ratebook.text_of_decimal('package_size') }}
            when price_per != 1 then ' per ' || cast(price_per as varchar)
            else ''
        end
    )
{%- endmacro %}
