{% macro is_line_amount(amount) -%}
    {#- False for an amount that did not fit, and for one of 10^12 or more: it is reported, and not billed. -#}
    coalesce(abs({{ amount }}) < 1000000000000, false)
{%- endmacro %}
