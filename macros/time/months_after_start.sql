{% macro months_after_start(period) -%}
    {#-
        The local time a number of months after the contract's start, limited to a thousand years because
        of mistyped periods. Reads contract_started_at and billing_timezone of the row.
    -#}
    {{ ratebook.add_months(
        ratebook.to_local('contract_started_at', 'billing_timezone'),
        'case when ' ~ period ~ ' not between -12000 and 12000 then 12000 else ' ~ period ~ ' end'
    ) }}
{%- endmacro %}
