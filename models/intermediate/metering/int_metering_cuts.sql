-- Days of a customer within which the terms of usage change, cut at these times: usage is summed by
-- UTC day, and all of a sum has the same terms. The time before the first cut has no row.
with bounds as (
    select
        customer_number,
        effective_at as bound_at
    from {{ ref('ratebook', 'int_metering_windows') }}
    union
    select
        customer_number,
        ineffective_at as bound_at
    from {{ ref('ratebook', 'int_metering_windows') }}
    union
    select
        customer_number,
        ineffective_at as bound_at
    from {{ ref('ratebook', 'int_carried_levels') }}
    union
    select
        known_customers.customer_number,
        contract_windows.effective_at as bound_at
    from {{ ref('ratebook', 'int_contract_windows') }} as contract_windows
    inner join {{ ref('ratebook', 'int_known_customers') }} as known_customers
        on
            contract_windows.rating_set = known_customers.rating_set
            and contract_windows.customer_id = known_customers.customer_id
),

within_days as (
    select
        customer_number,
        bound_at as effective_at,
        date_trunc('day', bound_at) as day_start_at
    from bounds
    where bound_at != date_trunc('day', bound_at)
)

select
    customer_number,
    cast(day_start_at as date) as metered_date,
    effective_at,
    lead(effective_at, 1, {{ ratebook.add_days('day_start_at', 1) }}) over (
        partition by customer_number, day_start_at
        order by effective_at
    ) as ineffective_at
from within_days
