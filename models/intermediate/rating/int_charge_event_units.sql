{{ config(materialized='view') }}

{%- set order_of_events -%}
    partition by rating_set, charged_id
            order by metered_from, cell_id nulls first, metered_at, received_at, transaction_id
{%- endset -%}
-- The events of prices with PERCENTAGE, each with the units that it pays for. Free events and free
-- units are used up in the order of the events of the period, or of its spans and their cells. A
-- correction gives back paid units first, then free ones, which are worth nothing; below zero
-- nothing is free.
with quantities as (
    select * from {{ ref('ratebook', 'int_rated_quantities') }}
    where charge_model = 'PERCENTAGE'
),

rates as (
    select * from {{ ref('ratebook', 'int_price_rates') }}
),

events as (
    select * from {{ ref('ratebook', 'int_usage_events_priced') }}
),

-- For each span all events of its period, at the terms of the span.
priced as (
    select
        quantities.rating_set,
        quantities.charged_id,
        quantities.rated_id,
        quantities.rates_id,
        quantities.free_quantity,
        rates.free_events,
        cast(null as varchar) as cell_id,
        cast(null as timestamp) as metered_from,
        events.transaction_id,
        events.metered_at,
        events.received_at,
        cast(events.quantity as decimal(38, 12)) as quantity,
        events.span_id = quantities.charged_id as is_of_span
    from quantities
    inner join {{ ref('ratebook', 'int_price_spans') }} as spans
        on
            quantities.rating_set = spans.rating_set
            and quantities.rated_id = spans.span_id
    inner join rates
        on
            quantities.rating_set = rates.rating_set
            and quantities.rates_id = rates.rates_id
    inner join events
        on
            spans.rating_set = events.rating_set
            and spans.period_id = events.period_id
    where quantities.cell_id is null
    {%- if ratebook.has_feature('matrix_prices') %}
    union all
    select
        rating_set,
        span_id as charged_id,
        {{ ratebook.surrogate_key(['cell_id'], ['span_id']) }} as rated_id,
        rates_id,
        free_quantity,
        free_events,
        cell_id,
        metered_from,
        transaction_id,
        metered_at,
        received_at,
        cast(quantity as decimal(38, 12)) as quantity,
        metered_span_id = span_id as is_of_span
    from {{ ref('ratebook', 'int_cell_events') }}
    {%- endif %}
),

ordered as (
    select
        *,
        free_events is not null or free_quantity is not null as has_limit,
        coalesce(sum(quantity) over events_before, 0) as quantity_before,
        coalesce(free_events, free_quantity) is not null
        and coalesce(
            coalesce(sum(case when quantity >= 0 then 1 else 0 end) over events_before, 0)
            < free_events, true
        ) as may_be_free
    from priced
    window
        events_before as (
            {{ order_of_events }}
            rows between unbounded preceding and 1 preceding
        )
),

-- What an event adds to the paid units, or would take from them.
stepped as (
    select
        *,
        case
            when quantity < 0 or not may_be_free then quantity
            else
                coalesce(greatest(quantity_before + quantity - free_quantity, 0), 0)
                - coalesce(greatest(quantity_before - free_quantity, 0), 0)
        end as step
    from ordered
),

summed as (
    select
        *,
        coalesce(sum(step) over events_before, 0) as steps_before
    from stepped
    window
        events_before as (
            {{ order_of_events }}
            rows between unbounded preceding and 1 preceding
        )
),

-- The paid units never fall below zero: what the steps have lacked so far is added.
paid_before as (
    select
        *,
        steps_before - min(steps_before) over (
            {{ order_of_events }}
            rows between unbounded preceding and current row
        ) as paid_quantity_before
    from summed
),

paid as (
    select
        *,
        cast(case
            when quantity >= 0 or not has_limit then step
            else
                quantity + greatest(
                    least(
                        -quantity - least(-quantity, paid_quantity_before),
                        quantity_before - paid_quantity_before
                    ), 0
                )
        end as decimal(38, 12)) as paid_quantity
    from paid_before
    where is_of_span
)

select
    rating_set,
    rated_id,
    rates_id,
    transaction_id,
    quantity,
    paid_quantity,
    quantity >= 0
    and may_be_free
    and paid_quantity = 0
    and coalesce(quantity_before < free_quantity, true) as is_free
from paid
