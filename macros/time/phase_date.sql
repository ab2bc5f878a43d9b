{% macro phase_date(period) -%}
    {#-
        The local date on which a phase starts or ends: so many months after the contract's start, for
        CALENDAR truncated to the month. Never before the contract's start: the caller sees to that. Reads
        own_billing_anchor, contract_started_at and billing_timezone of the row.
    -#}
    cast(
        case
            when own_billing_anchor = 'ANNIVERSARY' then {{ ratebook.months_after_start(period) }}
            else date_trunc('month', {{ ratebook.months_after_start(period) }})
        end as date
    )
{%- endmacro %}
