{%- set added = '(numerator_to_end - numerator_to_start)' -%}
-- FLAT: price x quantity. A span of usage owes rate(quantity up to its end) minus rate(quantity up
-- to its start).
select
    rating_set,
    rated_id,
    amount_divisor,
    {{ ratebook.amount_whole('price', added, 'amount_divisor') }}
        as amount_whole,
    {{ ratebook.amount_rest('price', added, 'amount_divisor') }}
        as amount_rest
from {{ ref('ratebook', 'int_rated_quantities') }}
where charge_model = 'FLAT'
