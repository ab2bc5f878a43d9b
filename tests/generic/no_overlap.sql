{% test no_overlap(model, columns) %}
with ordered as (
    select
        *,
        max(ineffective_at) over (
            partition by {{ columns | join(', ') }}
            order by effective_at, ineffective_at
            rows between unbounded preceding and 1 preceding
        ) as latest_end_before
    from {{ model }}
)

select *
from ordered
where effective_at < latest_end_before
{% endtest %}
