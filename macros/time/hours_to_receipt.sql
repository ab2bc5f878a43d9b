{% macro hours_to_receipt(metered_at, received_at) -%}
    {#-
        Hours from the start of the hour in which an event was metered to its receipt, rounded up: receipt exactly 6
        hours after that start gives 6, a microsecond later 7. Not below 0.
    -#}
    greatest({{ ratebook.whole_quotient(
        '(' ~ ratebook.microseconds(received_at) ~ ' - '
        ~ ratebook.microseconds("date_trunc('hour', " ~ metered_at ~ ")") ~ ' + 3599999999)',
        '3600000000'
    ) }}, 0)
{%- endmacro %}
