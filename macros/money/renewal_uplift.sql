{% macro renewal_uplift(percent) -%}
    {#- The uplift of a renewal; null if it makes no sense: prices would become zero, negative, or tenfold and more. -#}
    {{ ratebook.decimal_within(percent, 3, 4, -99.9999) }}
{%- endmacro %}
