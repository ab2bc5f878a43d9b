{% macro schedule_text(schedule, unit) -%}
    {#- A schedule in words: a month, 12 months, a week, 3 days. -#}
    case {{ schedule }}
        when 1 then 'a ' || lower({{ unit }})
        else cast({{ schedule }} as varchar) || ' ' || lower({{ unit }}) || 's'
    end
{%- endmacro %}
