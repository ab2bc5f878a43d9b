{{ config(enabled=ratebook.has_feature('entitlements')) }}

-- Entitlements and grants of a customer for a product side by side, in windows in which neither
-- changes, up to the as-of time: the window that contains it is open.
with entitlements as (
    select * from {{ ref('ratebook', 'int_entitlements') }}
),

grants as (
    select * from {{ ref('ratebook', 'int_grants') }}
    where is_in_effect
),

-- A product without any grant is not one that can be switched on.
granted_products as (
    select distinct
        rating_set,
        product_uid
    from grants
),

sides as (
    select
        entitlements.rating_set,
        entitlements.customer_id,
        entitlements.product_uid,
        'owed' as side,
        entitlements.product_type,
        entitlements.quantity,
        entitlements.effective_at,
        entitlements.ineffective_at
    from entitlements
    inner join granted_products
        on
            entitlements.rating_set = granted_products.rating_set
            and entitlements.product_uid = granted_products.product_uid
    where entitlements.effective_at <= {{ ratebook.as_of() }}
    union all
    select
        rating_set,
        customer_id,
        product_uid,
        'granted' as side,
        cast(null as varchar) as product_type,
        cast(quantity as decimal(38, 12)) as quantity,
        granted_at as effective_at,
        revoked_at as ineffective_at
    from grants
    where granted_at <= {{ ratebook.as_of() }}
),

dated as (
    select
        rating_set,
        customer_id,
        product_uid,
        side,
        product_type,
        quantity,
        effective_at,
        case
            when ineffective_at > {{ ratebook.as_of() }} then {{ ratebook.end_of_time() }}
            else ineffective_at
        end as ineffective_at
    from sides
),

changes as (
    select
        rating_set,
        customer_id,
        product_uid,
        effective_at as changed_at
    from dated
    union
    select
        rating_set,
        customer_id,
        product_uid,
        ineffective_at as changed_at
    from dated
),

pieces as (
    select
        rating_set,
        customer_id,
        product_uid,
        changed_at as effective_at,
        lead(changed_at) over (
            partition by rating_set, customer_id, product_uid
            order by changed_at
        ) as ineffective_at
    from changes
)

-- If one of the quantities is open, the total is open.
select
    pieces.rating_set,
    pieces.customer_id,
    pieces.product_uid,
    pieces.effective_at,
    pieces.ineffective_at,
    coalesce(max(case when dated.side = 'owed' then 1 end), 0) = 1 as is_owed,
    coalesce(max(case when dated.side = 'granted' then 1 end), 0) = 1 as is_granted,
    case
        when count(case when dated.side = 'owed' and dated.quantity is null then 1 end) > 0
            then null
        when max(dated.product_type) = 'EVENT'
            then min(case when dated.side = 'owed' then dated.quantity end)
        else
            cast(sum(case when dated.side = 'owed' then dated.quantity end) as decimal(38, 12))
    end as owed_quantity,
    case
        when count(case when dated.side = 'granted' and dated.quantity is null then 1 end) = 0
            then
                cast(
                    sum(case when dated.side = 'granted' then dated.quantity end)
                    as decimal(38, 12)
                )
    end as granted_quantity
from pieces
left join dated
    on
        pieces.rating_set = dated.rating_set
        and pieces.customer_id = dated.customer_id
        and pieces.product_uid = dated.product_uid
        and pieces.effective_at >= dated.effective_at
        and pieces.effective_at < dated.ineffective_at
where pieces.ineffective_at is not null
group by
    pieces.rating_set,
    pieces.customer_id,
    pieces.product_uid,
    pieces.effective_at,
    pieces.ineffective_at
