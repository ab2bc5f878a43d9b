{{ config(group='engine') }}

-- Otherwise a period has spans, and so terms that can be billed, but no charge.
with spans as (
    select * from {{ ref('ratebook', 'int_price_spans') }}
),

charges as (
    select * from {{ ref('ratebook', 'int_charges') }}
)

select
    spans.rating_set,
    spans.period_id
from spans
left join charges
    on
        spans.rating_set = charges.rating_set
        and spans.period_id = charges.period_id
group by spans.rating_set, spans.period_id
having count(charges.period_id) = 0
