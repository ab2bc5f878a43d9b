{% macro last_start_at(prices) -%}
    {#-
        Periods that start by this instant are billed. A quote is previewed for its whole term, or, if that is
        open, for a year: of the period that would begin when the year is over nothing is shown.
    -#}
    case
            when {{ ratebook.is_preview(prices ~ '.rating_set') }}
                then case
                    when {{ prices }}.contract_ended_at < {{ ratebook.end_of_time() }} then {{ prices }}.contract_ended_at
                    else {{ ratebook.add_days(ratebook.add_months(prices ~ '.contract_started_at', 12), -1) }}
                end
            else {{ ratebook.horizon() }}
        end
{%- endmacro %}
