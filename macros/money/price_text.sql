{% macro price_text(price, price_per) -%}
    {#- A price as text, with the number of units that it is for if that is not one. -#}
    {{ ratebook.text_of_decimal(price) }} || case
        when {{ price_per }} = 1 then '' else ' per ' || cast({{ price_per }} as varchar)
    end
{%- endmacro %}
