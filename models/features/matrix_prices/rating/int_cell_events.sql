{{ config(enabled=ratebook.has_feature('matrix_prices'), materialized='view') }}

-- The events of a period in the cells of each of its spans whose matrix price prices events one by
-- one.
with matrix_spans as (
    select * from {{ ref('ratebook', 'int_matrix_spans') }}
),

rates as (
    select * from {{ ref('ratebook', 'int_price_rates') }}
    where cell_id is not null and charge_model = 'PERCENTAGE'
),

in_cells as (
    select
        matrix_spans.rating_set,
        matrix_spans.span_id,
        matrix_spans.price_rates_id,
        matrix_spans.free_quantity,
        spans.span_id as metered_span_id,
        spans.effective_at as metered_from,
        cell_keys.cell_id,
        events.transaction_id,
        events.metered_at,
        events.received_at,
        events.quantity
    from {{ ref('ratebook', 'int_usage_events_priced') }} as events
    inner join {{ ref('ratebook', 'int_price_spans') }} as spans
        on
            events.rating_set = spans.rating_set
            and events.span_id = spans.span_id
    inner join {{ ref('ratebook', 'int_cell_sets') }} as cell_sets
        on
            spans.rating_set = cell_sets.rating_set
            and spans.customer_id = cell_sets.customer_id
            and spans.product_uid = cell_sets.product_uid
    inner join matrix_spans
        on
            spans.rating_set = matrix_spans.rating_set
            and spans.period_id = matrix_spans.period_id
    inner join {{ ref('ratebook', 'int_cell_set_keys') }} as cell_keys
        on
            cell_sets.cell_set_number = cell_keys.cell_set_number
            and matrix_spans.matrix_id = cell_keys.matrix_id
            and events.cell_key = cell_keys.cell_key
    union all
    -- Usage without events is assumed by a quote, and counts as one event.
    select
        matrix_spans.rating_set,
        matrix_spans.span_id,
        matrix_spans.price_rates_id,
        matrix_spans.free_quantity,
        usage_by_cell.metered_span_id,
        matrix_spans.effective_at as metered_from,
        usage_by_cell.cell_id,
        cast(null as varchar) as transaction_id,
        cast(null as timestamp) as metered_at,
        cast(null as timestamp) as received_at,
        cast(usage_by_cell.quantity as decimal(24, 12)) as quantity
    from {{ ref('ratebook', 'int_usage_by_cell') }} as usage_by_cell
    inner join matrix_spans
        on
            usage_by_cell.rating_set = matrix_spans.rating_set
            and usage_by_cell.span_id = matrix_spans.span_id
    where usage_by_cell.event_count = 0 and usage_by_cell.quantity != 0
)

select
    in_cells.*,
    rates.rates_id,
    rates.free_events
from in_cells
inner join rates
    on
        in_cells.rating_set = rates.rating_set
        and in_cells.price_rates_id = rates.price_rates_id
        and in_cells.cell_id = rates.cell_id
