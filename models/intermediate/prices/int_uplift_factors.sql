-- (1 + uplift)^n in units of 10^-26, rounded down at each step, with the maximum error of that.
with recursive uplifts as (
    select
        renewal_uplift_percent,
        max(renewal_number) as last_number
    from {{ ref('ratebook', 'int_renewals') }}
    where renewal_uplift_percent != 0
    group by renewal_uplift_percent
),

factors as (
    select
        renewal_uplift_percent,
        last_number,
        0 as uplift_count,
        {{ ratebook.uplift_factor() }} as uplift_factor,
        {{ ratebook.uplift_factor_error() }} as uplift_factor_error
    from uplifts
    union all
    select
        renewal_uplift_percent,
        last_number,
        uplift_count + 1 as uplift_count,
        {{ ratebook.uplift_factor('uplift_factor', 'renewal_uplift_percent') }} as uplift_factor,
        {{ ratebook.uplift_factor_error(
            'uplift_factor', 'uplift_factor_error', 'renewal_uplift_percent'
        ) }} as uplift_factor_error
    from factors
    where uplift_count < last_number
)

select
    renewal_uplift_percent,
    uplift_count,
    uplift_factor,
    uplift_factor_error
from factors
where uplift_count > 0
