{{ config(materialized='view') }}

{#- Compares the percent part of an event with what a limit leaves for it, in units of 10^-22. -#}
{%- set compared -%}
    LIMIT is not null
    and coalesce(
        percent_whole SIGN LIMIT_units or (percent_whole = LIMIT_units and percent_rest SIGN 0),
        percent_rate SIGN 0
    )
{%- endset -%}
{%- set limits = ['event_minimum', 'event_maximum'] -%}
-- The events of prices with PERCENTAGE, each with the units that it pays for, and what it owes.
with units as (
    select * from {{ ref('ratebook', 'int_charge_event_units') }}
),

rates as (
    select
        rating_set,
        rates_id,
        {%- for limit in limits %}
        {{ limit }},
        (
            {{ ratebook.price_units(limit) }} - {{ ratebook.price_units('fixed_amount') }}
        ) * 1000000000000 as {{ limit }}_units,
        {%- endfor %}
        percent_rate
    from {{ ref('ratebook', 'int_price_rates') }}
),

valued as (
    select
        units.rating_set,
        units.rated_id,
        units.transaction_id,
        units.quantity,
        units.paid_quantity,
        units.is_free,
        {%- for limit in limits %}
        rates.{{ limit }},
        rates.{{ limit }}_units,
        {%- endfor %}
        {%- for part in ['whole', 'rest'] %}
        {{ ratebook['amount_' ~ part](
            'rates.percent_rate', ratebook.quantity_numerator('units.paid_quantity'), '100'
        ) }} as percent_{{ part }},
        {%- endfor %}
        rates.percent_rate
    from units
    inner join rates
        on
            units.rating_set = rates.rating_set
            and units.rates_id = rates.rates_id
)

select
    rating_set,
    rated_id,
    transaction_id,
    quantity,
    paid_quantity,
    case
        when is_free then 'nothing'
        when quantity < 0 then 'percent'
        when {{ compared | replace('SIGN', '<') | replace('LIMIT', 'event_minimum') | indent(8) }}
            then 'minimum'
        when {{ compared | replace('SIGN', '>') | replace('LIMIT', 'event_maximum') | indent(8) }}
            then 'maximum'
        else 'percent_and_fixed'
    end as owes
from valued
