{% test unique_and_not_null(model, columns, not_null) %}
select
    {{ columns | join(', ') }},
    count(*) as row_count,
    {%- for column in not_null %}
    count(*) - count({{ column }}) as null_{{ column }}_count{{ "," if not loop.last }}
    {%- endfor %}
from {{ model }}
group by {{ columns | join(', ') }}
having
    count(*) > 1
    {%- for column in not_null %}
    or count({{ column }}) < count(*)
    {%- endfor %}
{% endtest %}
