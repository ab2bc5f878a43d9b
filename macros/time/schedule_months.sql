{% macro schedule_months(schedule, unit) -%}
    {#- So many months last at least as long as a schedule: months have 28 days or more. -#}
    case {{ unit }}
        when 'WEEK' then {{ ratebook.whole_quotient('(' ~ schedule ~ ' + 3)', '4') }}
        when 'DAY' then {{ ratebook.whole_quotient('(' ~ schedule ~ ' + 27)', '28') }}
        else {{ schedule }}
    end
{%- endmacro %}
