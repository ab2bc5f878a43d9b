{% macro hour_closes_at(metered_hour, terms) -%}
    {#-
        When a marketplace no longer takes records of an hour: some hours after its start, or some hours after its UTC
        month, whichever is first. A limit that is null does not close it; without both it is null. `terms` has the
        limits.
    -#}
    least(
        {{ ratebook.add_hours(metered_hour, terms ~ '.maximum_age_hours') }},
        {{ ratebook.add_hours(
            ratebook.add_months("date_trunc('month', " ~ metered_hour ~ ")", 1),
            terms ~ '.month_close_hours'
        ) }}
    )
{%- endmacro %}
