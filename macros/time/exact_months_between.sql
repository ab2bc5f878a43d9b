{% macro exact_months_between(from_date, to_date) -%}
    {#- The months from a date to a later one if the months are whole, days clipped to the ends of months; else null. -#}
    {%- set months = 'cast(' ~ ratebook.months_between(from_date, to_date) ~ ' as integer)' -%}
    case
        when {{ months }} > 0 and {{ ratebook.add_months(from_date, months) }} = {{ to_date }} then {{ months }}
    end
{%- endmacro %}
