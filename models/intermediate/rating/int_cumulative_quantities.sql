-- The quantity of a period up to the start and up to the end of each span, and of the whole period,
-- as integers in units of 10^-12 over a divisor. Charge models use them, so that an amendment
-- neither restarts tiers nor grants free units twice.
with usage_by_span as (
    select * from {{ ref('ratebook', 'int_usage_by_span') }}
),

cumulated as (
    select
        *,
        sum(whole) over up_to_here as whole_to_end,
        sum(fraction) over up_to_here as fraction_to_end,
        sum(whole) over whole_period as whole_of_period,
        sum(fraction) over whole_period as fraction_of_period,
        row_number() over (
            partition by rating_set, period_id
            order by effective_at, span_id
        ) = 1 as is_first_of_period
    from usage_by_span
    window
        up_to_here as (
            partition by rating_set, period_id
            order by effective_at, span_id
            rows between unbounded preceding and current row
        ),
        whole_period as (partition by rating_set, period_id)
)

select
    rating_set,
    span_id,
    event_count,
    is_first_of_period,
    divisor as quantity_divisor,
    {{ ratebook.joined_quantity('whole', 'fraction') }} as quantity_numerator,
    {{ ratebook.joined_quantity('whole_to_end', 'fraction_to_end') }} as quantity_numerator_to_end,
    {{ ratebook.joined_quantity('(whole_to_end - whole)', '(fraction_to_end - fraction)') }}
        as quantity_numerator_to_start,
    {{ ratebook.joined_quantity('whole_of_period', 'fraction_of_period') }}
        as quantity_numerator_of_period
from cumulated
