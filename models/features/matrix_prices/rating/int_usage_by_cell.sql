{{ config(enabled=ratebook.has_feature('matrix_prices')) }}

-- The usage of a period in the cells of each of its spans with a matrix price: that of the span,
-- and of the other spans of the period, as metered_span_id says. Aggregations that give one value
-- per period have it on the last span.
with matrix_spans as (
    select * from {{ ref('ratebook', 'int_matrix_spans') }}
    where is_last_span or not is_billed_at_the_end
),

spans as (
    select * from {{ ref('ratebook', 'int_price_spans') }}
),

cell_sets as (
    select * from {{ ref('ratebook', 'int_cell_sets') }}
),

-- By span before the joins, because there are thirty days in a month.
totals as (
    select
        rating_set,
        span_id,
        cell_key,
        counted_value,
        sum(event_count) as event_count,
        sum(quantity) as quantity,
        max(highest_quantity) as highest_quantity,
        max(latest) as latest
    from {{ ref('ratebook', 'int_usage_of_spans') }}
    where cell_key is not null
    group by 1, 2, 3, 4
),

meters as (
    select * from {{ ref('ratebook', 'int_meters') }}
),

measured as (
    select
        matrix_spans.rating_set,
        matrix_spans.span_id,
        case when matrix_spans.is_billed_at_the_end then matrix_spans.span_id else spans.span_id end
            as metered_span_id,
        cell_keys.cell_id,
        meters.aggregation,
        sum(totals.event_count) as event_count,
        sum(totals.quantity) as quantity,
        max(totals.highest_quantity) as highest_quantity,
        count(distinct totals.counted_value) as distinct_count,
        max(totals.latest) as latest
    from matrix_spans
    inner join spans
        on
            matrix_spans.rating_set = spans.rating_set
            and matrix_spans.period_id = spans.period_id
    inner join meters
        on
            spans.configuration_set = meters.rating_set
            and spans.product_uid = meters.product_uid
    -- The set of the customer that the span had.
    inner join cell_sets
        on
            spans.rating_set = cell_sets.rating_set
            and spans.customer_id = cell_sets.customer_id
            and spans.product_uid = cell_sets.product_uid
    inner join totals
        on
            spans.rating_set = totals.rating_set
            and spans.span_id = totals.span_id
    inner join {{ ref('ratebook', 'int_cell_set_keys') }} as cell_keys
        on
            cell_sets.cell_set_number = cell_keys.cell_set_number
            and matrix_spans.matrix_id = cell_keys.matrix_id
            and totals.cell_key = cell_keys.cell_key
    group by 1, 2, 3, 4, 5
)

select
    rating_set,
    span_id,
    metered_span_id,
    cell_id,
    event_count,
    case aggregation
        when 'MAX' then cast(highest_quantity as decimal(38, 12))
        when 'UNIQUE_COUNT' then cast(distinct_count as decimal(38, 12))
        when
            'LATEST'
            then cast({{ ratebook.quantity_of_latest('latest') }} as decimal(38, 12))
        else cast(quantity as decimal(38, 12))
    end as quantity
from measured
{%- if ratebook.has_feature('quotes') %}
union all
-- A quote assumes usage without properties, which only a cell without values fits.
select
    matrix_spans.rating_set,
    matrix_spans.span_id,
    matrix_spans.span_id as metered_span_id,
    shapes.cell_id,
    0 as event_count,
    cast(assumed.quantity as decimal(38, 12)) as quantity
from matrix_spans
inner join {{ ref('ratebook', 'int_usage_assumed') }} as assumed
    on
        matrix_spans.rating_set = assumed.rating_set
        and matrix_spans.span_id = assumed.span_id
inner join {{ ref('ratebook', 'int_matrix_cell_shapes') }} as shapes
    on
        matrix_spans.configuration_set = shapes.rating_set
        and matrix_spans.input = shapes.input
        and matrix_spans.price_uid = shapes.price_uid
        and shapes.named_count = 0
where assumed.quantity != 0
{%- endif %}
