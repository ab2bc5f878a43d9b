{% macro period_start(months, anchor, contract_started_at, zone) -%}
    {#-
        So many months after the contract's start: the first of the month (CALENDAR) or the local date
        (ANNIVERSARY), as a date. Never before the contract's start: the caller's greatest().
    -#}
    cast(
        case
            when {{ anchor }} = 'ANNIVERSARY'
                then {{ ratebook.months_after_start(months, contract_started_at, zone) }}
            else date_trunc('month', {{ ratebook.months_after_start(months, contract_started_at, zone) }})
        end as date
    )
{%- endmacro %}
