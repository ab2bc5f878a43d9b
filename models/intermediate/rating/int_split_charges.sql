{#- Digits of a quotient are computed five at a time, so that no product has more than 38 digits. -#}
{%- set amount_digits = [1000000000000000, 10000000000, 100000, 1] -%}
{{ config(enabled=ratebook.has_feature('matrix_prices')) }}

-- What the parts of cells owe together, split over them by largest remainder: each has the whole
-- minor units of its share, and the units left go one each to the greatest remainders.
with parts as (
    select
        rating_set,
        span_id,
        cell_id,
        minor_units,
        {{ ratebook.amount_units('owed_amount') }} as weight,
        sum({{ ratebook.amount_units('owed_amount') }}) over by_span as weights,
        sum(amount) over by_span as amount,
        max(limit_amount) over by_span as limit_amount
    from {{ ref('ratebook', 'int_charges_capped') }}
    where is_part
    window by_span as (partition by rating_set, span_id)
),

-- The signs of weights and of the amount are those of the sum of weights, and of the amount.
step_0 as (
    select
        rating_set,
        span_id,
        cell_id,
        minor_units,
        amount,
        limit_amount,
        weight * case when weights < 0 then -1 else 1 end as weight,
        abs(weights) as weights,
        {{ ratebook.minor_units_in('abs(amount)', 'minor_units') }} as amount_units,
        0 * weight as quotient,
        0 * weight as remainder
    from parts
),

{% for digits in amount_digits + [0, 0, 0] -%}
step_{{ loop.index }} as (
    select
        rating_set,
        span_id,
        cell_id,
        minor_units,
        amount,
        limit_amount,
        weight,
        weights,
        amount_units,
        {%- set dividend -%}
        (remainder * 100000
        {%- if digits %} + {{ ratebook.whole_quotient('amount_units', digits) }} % 100000 * weight{% endif %})
        {%- endset %}
        case
            when weights = 0 then 0
            else quotient * 100000 + {{ ratebook.floor_quotient(dividend, 'weights') }}
        end as quotient,
        case
            when weights = 0 then 0
            else {{ dividend }} - {{ ratebook.floor_quotient(dividend, 'weights') }} * weights
        end as remainder
    from step_{{ loop.index0 }}
),

{% endfor -%}
-- Of the digits of the quotient, the last fifteen are decimals. Remainders that differ by less than
-- the cut of amounts after 20 decimals are equal: they are compared in parts of a prime number,
-- because no share is just between two of these.
shares as (
    select
        *,
        {{ ratebook.floor_quotient('quotient', 1000000000000000) }} as share_units,
        {{ ratebook.whole_quotient(
            '((quotient - ' ~ ratebook.floor_quotient('quotient', 1000000000000000)
            ~ ' * 1000000000000000) * 1000000000039 + 500000000000000)', 1000000000000000
        ) }} as share_rest
    from step_7
),

ranked as (
    select
        *,
        amount_units - sum(share_units) over (partition by rating_set, span_id) as units_left,
        row_number() over (
            partition by rating_set, span_id
            order by share_rest desc, cell_id
        ) as place
    from shares
)

select
    rating_set,
    span_id,
    cell_id,
    limit_amount,
    {{ ratebook.money_of_units(
        '(share_units + case when weights = 0 and place > 1 then 0 when weights = 0 then units_left '
        ~ 'when place <= units_left then 1 else 0 end) * sign(amount)', 'minor_units'
    ) }} as amount
from ranked
