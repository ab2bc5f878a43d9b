{{ config(enabled=ratebook.has_feature('entitlements')) }}
-- Otherwise one gap is reported twice, or as two kinds at once.
with ordered as (
    select
        customer_id,
        product_uid,
        kind,
        effective_at,
        lead(effective_at) over (
            partition by customer_id, product_uid
            order by effective_at
        ) as next_effective_at,
        coalesce(ineffective_at, {{ ratebook.end_of_time() }}) as ineffective_at
    from {{ ref('ratebook', 'entitlement_discrepancies') }}
)

select *
from ordered
where next_effective_at < ineffective_at or effective_at >= ineffective_at
