{{ config(enabled=ratebook.has_feature('entitlements')) }}

-- Windows in which grants and entitlements differ. A product that is missing from the start and
-- granted later is late.
with states as (
    select
        *,
        is_owed and not is_granted as is_missing
    from {{ ref('ratebook', 'int_entitlement_states') }}
),

with_neighbours as (
    select
        *,
        coalesce(lag(is_missing) over states_in_order, false) as was_missing,
        coalesce(lag(is_owed) over states_in_order, false) as was_owed,
        coalesce(lead(is_missing) over states_in_order, false) as stays_missing,
        coalesce(lead(is_owed and is_granted) over states_in_order, false) as becomes_granted
    from states
    window states_in_order as (
        partition by rating_set, customer_id, product_uid
        order by effective_at
    )
),

numbered as (
    select
        *,
        sum(case when is_missing and not was_missing then 1 else 0 end) over (
            partition by rating_set, customer_id, product_uid
            order by effective_at
            rows between unbounded preceding and current row
        ) as gap_number
    from with_neighbours
),

gaps as (
    select
        rating_set,
        customer_id,
        product_uid,
        gap_number,
        max(case when not was_missing and not was_owed then 1 else 0 end) = 1
        and max(case when not stays_missing and becomes_granted then 1 else 0 end) = 1 as is_late
    from numbered
    where is_missing
    group by rating_set, customer_id, product_uid, gap_number
),

classified as (
    select
        numbered.*,
        case
            when numbered.is_missing and gaps.is_late then 'LATE'
            when numbered.is_missing then 'NOT_GRANTED'
            when numbered.is_granted and not numbered.is_owed then 'NOT_OWED'
            when numbered.owed_quantity != numbered.granted_quantity then 'WRONG_QUANTITY'
        end as kind
    from numbered
    left join gaps
        on
            numbered.rating_set = gaps.rating_set
            and numbered.customer_id = gaps.customer_id
            and numbered.product_uid = gaps.product_uid
            and numbered.gap_number = gaps.gap_number
),

-- Adjacent windows with the same kind and quantities are one discrepancy.
compared as (
    select
        *,
        coalesce(
            lag(kind) over states_in_order = kind
            and lag(owed_quantity) over states_in_order is not distinct from owed_quantity
            and lag(granted_quantity) over states_in_order is not distinct from granted_quantity,
            false
        ) as continues_previous
    from classified
    window states_in_order as (
        partition by rating_set, customer_id, product_uid
        order by effective_at
    )
),

with_window_numbers as (
    select
        *,
        sum(case when continues_previous then 0 else 1 end) over (
            partition by rating_set, customer_id, product_uid
            order by effective_at
            rows between unbounded preceding and current row
        ) as window_number
    from compared
)

select
    rating_set,
    customer_id,
    product_uid,
    kind,
    min(effective_at) as effective_at,
    nullif(max(ineffective_at), {{ ratebook.end_of_time() }}) as ineffective_at,
    owed_quantity,
    granted_quantity
from with_window_numbers
where kind is not null
group by
    rating_set, customer_id, product_uid, kind, owed_quantity, granted_quantity, window_number
