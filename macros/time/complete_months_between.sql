{% macro complete_months_between(from_date, to_date) -%}
    {#- The whole months from a date to a later one; a rest of days does not count. -#}
    {%- set months = 'cast(' ~ ratebook.months_between(from_date, to_date) ~ ' as integer)' -%}
    {{ months }} - case when {{ ratebook.add_months(from_date, months) }} > {{ to_date }} then 1 else 0 end
{%- endmacro %}
