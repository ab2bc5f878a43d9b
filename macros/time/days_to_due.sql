{% macro days_to_due(issue_date, terms_days, terms_kind) -%}
    {#- Days from the date of issue to the due date: END_OF_MONTH counts from the last day of the month. -#}
    {%- set month_end -%}
        cast({{ ratebook.add_days(
            ratebook.add_months("date_trunc('month', " ~ issue_date ~ ")", '1'), '-1'
        ) }} as date)
    {%- endset -%}
    ({{ terms_days }} + case when {{ terms_kind }} = 'END_OF_MONTH' then {{ ratebook.days_between(issue_date, month_end) }} else 0 end)
{%- endmacro %}
