{% macro months_after_start(period) -%}
    {#-
        The local time so many months after the contract's start; a thousand years bound what a mistyped
        period can ask for. Reads contract_started_at and billing_timezone of the row.
    -#}
    {{ ratebook.add_months(
        ratebook.to_local('contract_started_at', 'billing_timezone'),
        'case when ' ~ period ~ ' not between -12000 and 12000 then 12000 else ' ~ period ~ ' end'
    ) }}
{%- endmacro %}
