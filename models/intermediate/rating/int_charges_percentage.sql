{#- What events owe: the price, the number of what it is for, its divisor, and its name. -#}
{%- set parts = [
    ('percent_rate', 'percent_quantity', 1, '%'), ('fixed_amount', 'fixed_count', 100, ''),
    ('event_minimum', 'minimum_count', 100, ' minimum'),
    ('highest_amount', 'maximum_count', 100, ' maximum'),
] -%}
-- PERCENTAGE: each event owes percent_rate of its value and fixed_amount, within the limits of an
-- event. A correction below zero owes the percent rate alone.
with quantities as (
    select * from {{ ref('ratebook', 'int_rated_quantities') }}
    where charge_model = 'PERCENTAGE'
),

rates as (
    select
        *,
        -- A minimum above the maximum wins.
        case when event_minimum > event_maximum then event_minimum else event_maximum end
            as highest_amount
    from {{ ref('ratebook', 'int_price_rates') }}
),

events as (
    select
        rating_set,
        rated_id,
        sum(paid_quantity) as paid_quantity,
        sum(case when owes in ('percent', 'percent_and_fixed') then paid_quantity else 0 end)
            as percent_quantity,
        sum(case when owes = 'percent_and_fixed' then 1 else 0 end) as fixed_count,
        sum(case when owes = 'minimum' then 1 else 0 end) as minimum_count,
        sum(case when owes = 'maximum' then 1 else 0 end) as maximum_count
    from {{ ref('ratebook', 'int_charge_events') }}
    group by rating_set, rated_id
),

parts as (
    {%- for price, number, divisor, name in parts %}
    select
        quantities.rating_set,
        quantities.rated_id,
        quantities.amount_divisor,
        quantities.quantity - coalesce(events.paid_quantity, 0) as free_quantity_used,
        {{ loop.index }} as part_number,
        coalesce(rates.{{ price }}, 0) as price,
        cast(coalesce(events.{{ number }}, 0) as decimal(38, 12)) as part_quantity,
        {{ divisor }} as price_divisor,
        '{{ name }}' as price_name
    from quantities
    inner join rates
        on
            quantities.rating_set = rates.rating_set
            and quantities.rates_id = rates.rates_id
    left join events
        on
            quantities.rating_set = events.rating_set
            and quantities.rated_id = events.rated_id
    {{ "union all" if not loop.last }}
    {%- endfor %}
),

amounts as (
    select
        *,
        {%- for part in ['whole', 'rest'] %}
        {{ ratebook['amount_' ~ part](
            'price', ratebook.quantity_numerator('part_quantity') ~ ' * price_divisor', 'amount_divisor'
        ) }} as amount_{{ part }},
        {%- endfor %}
        {{ ratebook.text_of_decimal('part_quantity') }}
        || ' x ' || {{ ratebook.text_of_decimal('price') }} || price_name as part_text
    from parts
)

select
    rating_set,
    rated_id,
    amount_divisor,
    free_quantity_used,
    {{ ratebook.sum_of_amounts('amount_whole') }} as amount_whole,
    {{ ratebook.sum_of_amounts('amount_rest') }} as amount_rest,
    coalesce(
        {{ ratebook.joined_in_order(
            'case when part_quantity != 0 and price != 0 then part_text end', 'part_number', ' + '
        ) }},
        min(case when part_number = 1 then part_text end)
    ) as rates_text
from amounts
group by rating_set, rated_id, amount_divisor, free_quantity_used
