{{ config(enabled=ratebook.has_feature('matrix_prices')) }}

-- What the cells of a span are charged for, as int_cumulative_quantities has it for a span. Free
-- units are used up in the order of spans and cells. A span without usage has one row without a
-- cell.
with matrix_spans as (
    select * from {{ ref('ratebook', 'int_matrix_spans') }}
    where is_last_span or not is_billed_at_the_end
),

usage_by_cell as (
    select
        matrix_spans.rating_set,
        matrix_spans.span_id,
        matrix_spans.shares_tiers,
        matrix_spans.free_quantity,
        usage_by_cell.metered_span_id = matrix_spans.span_id as is_of_span,
        metered_spans.effective_at < matrix_spans.effective_at as is_before_span,
        metered_spans.effective_at as metered_from,
        usage_by_cell.metered_span_id,
        usage_by_cell.cell_id,
        usage_by_cell.event_count,
        usage_by_cell.quantity,
        {{ ratebook.quantity_numerator('usage_by_cell.quantity') }} as numerator
    from matrix_spans
    inner join {{ ref('ratebook', 'int_usage_by_cell') }} as usage_by_cell
        on
            matrix_spans.rating_set = usage_by_cell.rating_set
            and matrix_spans.span_id = usage_by_cell.span_id
    inner join {{ ref('ratebook', 'int_price_spans') }} as metered_spans
        on
            usage_by_cell.rating_set = metered_spans.rating_set
            and usage_by_cell.metered_span_id = metered_spans.span_id
),

added_up as (
    select
        *,
        sum(numerator) over (
            partition by rating_set, span_id
            order by metered_from, metered_span_id, cell_id
        ) as numerator_to_here
    from usage_by_cell
),

-- The part of each cell that is not free.
sliced as (
    select
        *,
        {{ ratebook.billable_numerator('numerator_to_here', '1', 'free_quantity') }}
        - {{ ratebook.billable_numerator(
            '(numerator_to_here - numerator)', '1', 'free_quantity'
        ) }} as slice
    from added_up
),

cells as (
    select
        rating_set,
        span_id,
        cell_id,
        max(case when is_of_span then 1 else 0 end) = 1 as has_usage,
        sum(case when is_of_span then event_count else 0 end) as event_count,
        sum(case when is_of_span then numerator else 0 end) as numerator,
        sum(case when is_of_span then slice else 0 end) as slice,
        sum(case when is_before_span then slice else 0 end) as slice_to_start,
        sum(case when is_before_span or is_of_span then slice else 0 end) as slice_to_end,
        sum(slice) as slice_of_period
    from sliced
    group by rating_set, span_id, cell_id
),

spans as (
    select
        rating_set,
        span_id,
        min(case when has_usage then cell_id end) as first_cell_id,
        min(case when has_usage then {{ ratebook.power_of_ten_in('numerator') }} end) as unit,
        sum(case when has_usage then numerator else 0 end) as numerator,
        sum(slice_to_start) as slice_to_start,
        sum(slice_to_end) as slice_to_end,
        sum(slice_of_period) as slice_of_period
    from cells
    group by rating_set, span_id
),

quantities as (
    select
        matrix_spans.rating_set,
        matrix_spans.span_id,
        matrix_spans.price_rates_id,
        matrix_spans.price_per,
        matrix_spans.free_quantity,
        matrix_spans.shares_tiers,
        matrix_spans.is_billed_at_the_end or matrix_spans.span_number = 1 as is_first_of_period,
        cells.cell_id,
        cells.event_count,
        cells.numerator,
        cells.slice,
        {%- for name, value in {
            'to_end': 'slice_to_end', 'to_start': 'slice_to_start',
            'of_period': 'slice_of_period',
        }.items() %}
        case
            when spans.span_id is null then 0
            when matrix_spans.shares_tiers or cells.cell_id is null
                then spans.{{ value }}
            else cells.{{ value }}
        end as numerator_{{ name }},
        {%- endfor %}
        case
            when spans.numerator = 0 and cells.cell_id = spans.first_cell_id then 1
            when spans.numerator = 0 then 0
            else
                {{ ratebook.whole_quotient('cells.numerator', 'spans.unit') }}
                * sign(spans.numerator)
        end as share_numerator,
        case
            when spans.numerator = 0 then 1
            else {{ ratebook.whole_quotient('abs(spans.numerator)', 'spans.unit') }}
        end as share_divisor
    from matrix_spans
    left join spans
        on
            matrix_spans.rating_set = spans.rating_set
            and matrix_spans.span_id = spans.span_id
    left join cells
        on
            spans.rating_set = cells.rating_set
            and spans.span_id = cells.span_id
            and cells.has_usage
)

select
    rating_set,
    span_id,
    price_rates_id,
    cell_id,
    price_per,
    free_quantity,
    is_first_of_period,
    coalesce(event_count, 0) as event_count,
    {{ ratebook.decimal_quantity('coalesce(numerator, 0)', '1') }} as quantity,
    {{ ratebook.decimal_quantity('(coalesce(numerator, 0) - coalesce(slice, 0))', '1') }}
        as free_quantity_used,
    numerator_to_end,
    numerator_to_start,
    numerator_of_period,
    -- The part of what the tiers of all cells together owe.
    case when shares_tiers and cell_id is not null then share_numerator end as share_numerator,
    case when shares_tiers and cell_id is not null then share_divisor end as share_divisor
from quantities
