{% macro schedule_days(schedule, unit) -%}
    {#- The days of a schedule of weeks or days; null if it is of months. -#}
    case {{ unit }}
        when 'WEEK' then 7 * {{ schedule }}
        when 'DAY' then {{ schedule }}
    end
{%- endmacro %}
