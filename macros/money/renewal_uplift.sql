{% macro renewal_uplift(percent) -%}
    {#- The uplift of a renewal; null if prices would become zero or negative, or elevenfold and more. -#}
    {{ ratebook.decimal_within(percent, 3, 4, -99.9999) }}
{%- endmacro %}
