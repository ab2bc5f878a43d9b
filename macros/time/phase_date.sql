{% macro phase_date(period) -%}
    {#-
        The local date on which a phase starts or ends: a number of months after the contract's start, for
        CALENDAR truncated to the month. The caller ensures that it is not before the contract's start. Reads
        own_billing_anchor, contract_started_at and billing_timezone of the row.
    -#}
    cast(
        case
            when own_billing_anchor = 'ANNIVERSARY' then {{ ratebook.months_after_start(period) }}
            else date_trunc('month', {{ ratebook.months_after_start(period) }})
        end as date
    )
{%- endmacro %}
