{% macro last_start_at(prices) -%}
    {#-
        Periods that start by this time are billed. A quote is previewed for its whole term, or, if that is open,
        for the periods that start in its first year: the limit is an hour before the year ends, because a period
        starts with the contract or at a midnight.
    -#}
    {%- set zone = prices ~ '.billing_timezone' -%}
    {%- set start_date = ratebook.local_date(prices ~ '.contract_started_at', zone) -%}
    case
            when {{ prices }}.rating_set != {{ prices }}.configuration_set
                then case
                    when {{ prices }}.contract_ended_at < {{ ratebook.end_of_time() }} then {{ prices }}.contract_ended_at
                    else {{ ratebook.add_hours(ratebook.local_midnight(ratebook.add_months(start_date, 12), zone), -1) }}
                end
            else {{ ratebook.horizon() }}
        end
{%- endmacro %}
