{{ config(materialized='view') }}

{%- set paid_units = 'coalesce(greatest(QUANTITY - free_quantity, 0), 0)' -%}
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
-- Free events and free units are used up in the order of the events of the period.
with quantities as (
    select * from {{ ref('ratebook', 'int_rated_quantities') }}
    where charge_model = 'PERCENTAGE'
),

rates as (
    select * from {{ ref('ratebook', 'int_event_rates') }}
),

ordered as (
    select
        *,
        coalesce(sum(cast(quantity as decimal(38, 12))) over events_before, 0) as quantity_before,
        coalesce(sum(case when quantity >= 0 then 1 else 0 end) over events_before, 0)
            as count_before
    from {{ ref('ratebook', 'int_usage_events_priced') }}
    window
        events_before as (
            partition by rating_set, period_id
            order by metered_at, received_at, transaction_id
            rows between unbounded preceding and 1 preceding
        )
),

priced as (
    select
        quantities.rating_set,
        quantities.rated_id,
        quantities.free_quantity,
        rates.percent_rate,
        {%- for limit in limits %}
        rates.{{ limit }},
        (
            {{ ratebook.price_units('rates.' ~ limit) }}
            - {{ ratebook.price_units('rates.fixed_amount') }}
        ) * 1000000000000 as {{ limit }}_units,
        {%- endfor %}
        ordered.transaction_id,
        ordered.quantity,
        ordered.quantity_before,
        (rates.free_events is not null or quantities.free_quantity is not null)
        and coalesce(ordered.count_before < rates.free_events, true) as may_be_free
    from quantities
    inner join rates
        on
            quantities.rating_set = rates.rating_set
            and quantities.rates_id = rates.rates_id
    inner join ordered
        on
            quantities.rating_set = ordered.rating_set
            and quantities.rated_id = ordered.span_id
),

paid as (
    select
        *,
        cast(case
            when not may_be_free then quantity
            else
                {{ paid_units | replace('QUANTITY', '(quantity_before + quantity)') }}
                - {{ paid_units | replace('QUANTITY', 'quantity_before') }}
                -- A correction below zero is never free.
                + case
                    when quantity < 0
                        then least(quantity_before + quantity, 0) - least(quantity_before, 0)
                    else 0
                end
        end as decimal(38, 12)) as paid_quantity
    from priced
),

valued as (
    select
        *,
        {%- for part in ['whole', 'rest'] %}
        {{ ratebook['amount_' ~ part](
            'percent_rate', ratebook.quantity_numerator('paid_quantity'), '100'
        ) }} as percent_{{ part }},
        {%- endfor %}
        quantity >= 0
        and may_be_free
        and paid_quantity = 0
        and coalesce(quantity_before < free_quantity, true) as is_free
    from paid
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
