{%- set by_period = ratebook.text_list(['MAX', 'UNIQUE_COUNT', 'LATEST']) -%}
{{ config(enabled=ratebook.has_feature('matrix_prices')) }}

-- The spans whose usage is billed at a matrix price: their own, or that of the period's last span,
-- which bills aggregations that give one value per period.
with spans as (
    select
        spans.*,
        meters.aggregation in {{ by_period }} as is_billed_at_the_end,
        case
            when meters.aggregation in {{ by_period }}
                then
                    max(case when spans.is_last_span then spans.price_id end)
                        over (partition by spans.rating_set, spans.period_id)
            else spans.price_id
        end as billing_price_id
    from {{ ref('ratebook', 'int_price_spans') }} as spans
    inner join {{ ref('ratebook', 'int_meters') }} as meters
        on
            spans.configuration_set = meters.rating_set
            and spans.product_uid = meters.product_uid
)

select
    spans.rating_set,
    spans.configuration_set,
    spans.span_id,
    spans.period_id,
    spans.effective_at,
    spans.span_number,
    spans.is_last_span,
    spans.is_billed_at_the_end,
    prices.matrix_id,
    prices.price_group_input as input,
    prices.price_group_price_uid as price_uid,
    prices.rates_id as price_rates_id,
    prices.shares_tiers,
    prices.free_quantity,
    prices.price_per,
    cell_sets.cell_set_number
from spans
inner join {{ ref('ratebook', 'int_prices') }} as prices
    on
        spans.rating_set = prices.rating_set
        and spans.billing_price_id = prices.price_id
        and prices.is_billable
        and prices.has_matrix
left join {{ ref('ratebook', 'int_cell_sets') }} as cell_sets
    on
        spans.rating_set = cell_sets.rating_set
        and spans.customer_id = cell_sets.customer_id
        and spans.product_uid = cell_sets.product_uid
