-- A reason without a row in exception_reasons would count as NOT_BILLED whatever it does, and
-- would be reported without saying what it means and what to do.
with reported as (
    select distinct
        effect,
        reason
    from {{ ref('ratebook', 'pricing_exceptions') }}
    union
    select distinct
        'NOT_RATED' as effect,
        outcome as reason
    from {{ ref('ratebook', 'usage_outcome_counts') }}
    where outcome != 'RATED'
)

select
    reported.effect,
    reported.reason
from reported
left join {{ ref('ratebook', 'exception_reasons') }} as reasons
    on
        reported.effect = reasons.effect
        and reported.reason = reasons.reason
where reasons.reason is null
