{% macro decimal_within(value, digits, places, lowest=none, highest=none) -%}
    {#-
        The value as decimal(digits + places, places); null if it has more digits before or after the
        point, or is below the lowest or above the highest value.
    -#}
    case
        when
            abs({{ value }}) < {{ 10 ** digits }}
            and {{ value }} = round({{ value }}, {{ places }})
            {%- if lowest is not none %}
            and {{ value }} >= {{ lowest }}
            {%- endif %}
            {%- if highest is not none %}
            and {{ value }} <= {{ highest }}
            {%- endif %}
            then cast({{ value }} as decimal({{ digits + places }}, {{ places }}))
    end
{%- endmacro %}
