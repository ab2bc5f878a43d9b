-- WEIGHTED_SUM: the sum of level times time in a span, in level x microseconds, whole units and
-- fraction separately, and the microseconds of the nominal period, by which it is divided.
with spans as (
    select
        spans.*,
        {{ ratebook.microseconds(
            ratebook.local_midnight('spans.nominal_end_date', 'spans.billing_timezone')
        ) }}
        - {{ ratebook.microseconds(
            ratebook.local_midnight('spans.nominal_start_date', 'spans.billing_timezone')
        ) }}
            as period_microseconds
    from {{ ref('ratebook', 'int_price_spans') }} as spans
    inner join {{ ref('ratebook', 'int_meters') }} as meters
        on
            spans.rating_set = meters.rating_set
            and spans.product_uid = meters.product_uid
            and meters.aggregation = 'WEIGHTED_SUM'
),

levels as (
    select * from {{ ref('ratebook', 'int_usage_levels') }}
),

pieces as (
    select
        spans.rating_set,
        spans.span_id,
        spans.period_microseconds,
        coalesce(trunc(levels.quantity_level), 0) as whole,
        coalesce(levels.quantity_level - trunc(levels.quantity_level), 0) as fraction,
        coalesce(
            {{ ratebook.microseconds('least(levels.ineffective_at, spans.ineffective_at)') }}
            - {{ ratebook.microseconds('greatest(levels.effective_at, spans.effective_at)') }},
            0
        ) as microseconds
    from spans
    left join levels
        on
            spans.rating_set = levels.rating_set
            and spans.customer_id = levels.customer_id
            and spans.product_uid = levels.product_uid
            and spans.ineffective_at > levels.effective_at
            and spans.effective_at < levels.ineffective_at
)

select
    rating_set,
    span_id,
    period_microseconds,
    sum(cast(whole as decimal(38, 0)) * cast(microseconds as decimal(18, 0))) as whole,
    sum(
        cast(fraction * cast(1000000000000 as decimal(13, 0)) as decimal(38, 0))
        * cast(microseconds as decimal(18, 0))
    ) as fraction
from pieces
group by rating_set, span_id, period_microseconds
