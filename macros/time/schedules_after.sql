{% macro schedules_after(count) -%}
    {#-
        The date a number of schedules after the date from which they count. Months are added at once, so that the day
        is clipped to its month only once. Reads count_from_date, count_from_months, invoice_schedule and schedule_days
        of the row.
    -#}
    cast(
            case
                when schedule_days is null
                    then {{ ratebook.add_months(
                        'count_from_date', 'cast(count_from_months + ' ~ count ~ ' * invoice_schedule as integer)'
                    ) }}
                else {{ ratebook.add_days('count_from_date', 'cast(' ~ count ~ ' * schedule_days as integer)') }}
            end as date
        )
{%- endmacro %}
