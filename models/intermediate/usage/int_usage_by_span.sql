{%- set uses = ratebook.usage_in_use() -%}
-- The usage of each span of a metered product, exactly as metered: (whole + fraction x 10^-12) /
-- divisor. In two parts, so that no sum exceeds its type; the divisor is 1 except for
-- WEIGHTED_SUM.
with spans as (
    select * from {{ ref('ratebook', 'int_price_spans') }}
    where product_type = 'EVENT'
),

meters as (
    select * from {{ ref('ratebook', 'int_meters') }}
),

totals as (
    select * from {{ ref('ratebook', 'int_usage_of_spans') }}
),

weighted as (
    select * from {{ ref('ratebook', 'int_usage_weighted') }}
),

{% if ratebook.has_feature('quotes') -%}
assumed as (
    select * from {{ ref('ratebook', 'int_usage_assumed') }}
),

{% endif -%}

metered_spans as (
    select
        spans.*,
        meters.aggregation
    from spans
    inner join meters
        on
            spans.configuration_set = meters.rating_set
            and spans.product_uid = meters.product_uid
),

added_up as (
    select
        rating_set,
        span_id,
        sum(event_count) as event_count,
        sum(quantity) as quantity
    from totals
    group by rating_set, span_id
),

-- MAX, UNIQUE_COUNT and LATEST have one value per period, on its last span. Usage is not read for
-- them if no meter is one.
by_period as (
    select
        metered_spans.rating_set,
        metered_spans.period_id,
        metered_spans.aggregation,
        sum(totals.event_count) as event_count,
        max(totals.highest_quantity) as highest_quantity,
        count(distinct totals.counted_value) as distinct_count,
        max(totals.latest) as latest
    from metered_spans
    inner join totals
        on
            metered_spans.rating_set = totals.rating_set
            and metered_spans.span_id = totals.span_id
    where
        metered_spans.aggregation in ('MAX', 'UNIQUE_COUNT', 'LATEST')
        and {{ uses.maximums or uses.counted_values or uses.latest }}
    group by metered_spans.rating_set, metered_spans.period_id, metered_spans.aggregation
),

measured as (
    select
        metered_spans.rating_set,
        metered_spans.span_id,
        metered_spans.period_id,
        metered_spans.aggregation,
        metered_spans.effective_at,
        metered_spans.is_last_span,
        weighted.period_microseconds,
        coalesce(by_period.event_count, added_up.event_count, 0) as event_count,
        weighted.whole as weighted_whole,
        weighted.fraction as weighted_fraction,
        coalesce(
            case metered_spans.aggregation
                when 'MAX' then cast(by_period.highest_quantity as decimal(38, 12))
                when 'UNIQUE_COUNT' then cast(by_period.distinct_count as decimal(38, 12))
                when
                    'LATEST'
                    then
                        cast(
                            {{ ratebook.quantity_of_latest('by_period.latest') }} as decimal(
                                38, 12
                            )
                        )
                else cast(added_up.quantity as decimal(38, 12))
            end,
            {%- if ratebook.has_feature('quotes') %}
            cast(assumed.quantity as decimal(38, 12)),
            {%- endif %}
            cast(0 as decimal(38, 12))
        ) as quantity
    from metered_spans
    left join added_up
        on
            metered_spans.rating_set = added_up.rating_set
            and metered_spans.span_id = added_up.span_id
    left join by_period
        on
            metered_spans.rating_set = by_period.rating_set
            and metered_spans.period_id = by_period.period_id
    left join weighted
        on
            metered_spans.rating_set = weighted.rating_set
            and metered_spans.span_id = weighted.span_id
    {%- if ratebook.has_feature('quotes') %}
    left join assumed
        on
            metered_spans.rating_set = assumed.rating_set
            and metered_spans.span_id = assumed.span_id
    {%- endif %}
)

select
    rating_set,
    span_id,
    period_id,
    effective_at,
    event_count,
    case
        when period_microseconds is not null then weighted_whole
        else cast(trunc(quantity) as decimal(38, 0))
    end as whole,
    case
        when period_microseconds is not null then weighted_fraction
        else
            cast(
                (quantity - trunc(quantity))
                * cast(1000000000000 as decimal(13, 0)) as decimal(38, 0)
            )
    end as fraction,
    coalesce(period_microseconds, 1) as divisor
from measured
where is_last_span or aggregation not in ('MAX', 'UNIQUE_COUNT', 'LATEST')
