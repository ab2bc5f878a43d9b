{% macro is_line_amount(amount) -%}
    {#- False for an amount that did not fit, or of 10^12 or more: it is reported, not billed. -#}
    coalesce(abs({{ amount }}) < 1000000000000, false)
{%- endmacro %}
