{% macro months_after_start(months, contract_started_at, zone) -%}
    {#- A local time. A thousand years bound what a mistyped period can ask for. -#}
    {{ ratebook.add_months(
        ratebook.to_local(contract_started_at, zone),
        'case when ' ~ months ~ ' not between -12000 and 12000 then 12000 else ' ~ months ~ ' end'
    ) }}
{%- endmacro %}
