{% macro text_of_money(amount, minor_units) -%}
    {{ adapter.dispatch('text_of_money', 'ratebook')(amount, minor_units) }}
{%- endmacro %}

{% macro default__text_of_money(amount, minor_units) -%}
    {#- A rounded amount with the decimals of its currency. -#}
    case {{ minor_units }}
        {%- for places in range(9) %}
            when {{ places }} then cast(cast({{ amount }} as decimal(28, {{ places }})) as varchar)
        {%- endfor %}
        end
{%- endmacro %}
