{% macro decimal_within(value, digits, places) -%}
    {#- The value as decimal(digits + places, places); null if it has more digits before or after the point. -#}
    case
        when abs({{ value }}) < {{ 10 ** digits }} and {{ value }} = round({{ value }}, {{ places }})
            then cast({{ value }} as decimal({{ digits + places }}, {{ places }}))
    end
{%- endmacro %}
