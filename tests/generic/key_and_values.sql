{% test key_and_values(model, key=[], not_null=[], accepted_values={}) %}
{%- set counts = {'row_count': 'count(*)'} -%}
{%- for column in not_null -%}
    {%- do counts.update({'null_' ~ column ~ '_count': 'count(*) - count(' ~ column ~ ')'}) -%}
{%- endfor -%}
{%- for column, values in accepted_values.items() -%}
    {%- set accepted = ratebook.text_list(values) if values[0] is string
        else '(' ~ values | join(', ') ~ ')' -%}
    {%- do counts.update({
        'other_' ~ column ~ '_count':
            'sum(case when ' ~ column ~ ' not in ' ~ accepted ~ ' then 1 else 0 end)'
    }) -%}
{%- endfor -%}
select *
from (
    select
        {%- for column in key %}
        {{ column }},
        {%- endfor %}
        {%- for name, count in counts.items() %}
        {{ count }} as {{ name }}{{ "," if not loop.last }}
        {%- endfor %}
    from {{ model }}
    {%- if key %}
    group by {{ key | join(', ') }}
    {%- endif %}
) as counted
where
    {{ 'row_count > 1' if key else '1 = 0' }}
    {%- for name in (counts | list)[1:] %}
    or {{ name }} > 0
    {%- endfor %}
{% endtest %}
