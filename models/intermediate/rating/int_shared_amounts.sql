{%- set share = [
    'amount_whole', 'amount_rest', 'amount_divisor', 'share_numerator', 'share_divisor',
] -%}
{{ config(enabled=ratebook.has_feature('matrix_prices')) }}

-- The cells of a matrix price that share their tiers: the part of each, and the sum of the span,
-- which is rounded once, both exactly as int_rated_amounts has amounts.
with parts as (
    select
        rating_set,
        rated_id,
        charged_id,
        {{ ratebook.shared_whole(*share) }} as amount_whole,
        {{ ratebook.shared_rest(*share) }} as amount_rest,
        {{ ratebook.whole_product('amount_divisor', 'share_divisor') }} as amount_divisor,
        -- A divisor that all charge models of a price have in common.
        {{ ratebook.whole_product('100 * price_per', 'share_divisor') }} as sum_divisor,
        {{ ratebook.whole_quotient(
            ratebook.whole_product('100', 'price_per'), 'amount_divisor'
        ) }} as rest_factor
    from {{ ref('ratebook', 'int_rated_amounts') }}
    where share_divisor is not null
),

sums as (
    select
        rating_set,
        charged_id,
        sum_divisor,
        {{ ratebook.sum_of_amounts('amount_whole') }} as sum_whole,
        {{ ratebook.sum_of_amounts(ratebook.whole_product('amount_rest', 'rest_factor')) }}
            as sum_rest
    from parts
    group by rating_set, charged_id, sum_divisor
)

select
    parts.rating_set,
    parts.rated_id,
    parts.amount_whole,
    parts.amount_rest,
    parts.amount_divisor,
    sums.sum_whole,
    sums.sum_rest,
    sums.sum_divisor
from parts
inner join sums
    on
        parts.rating_set = sums.rating_set
        and parts.charged_id = sums.charged_id
