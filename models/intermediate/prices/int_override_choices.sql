-- Offers with overrides, cut where an override begins or ends: for each piece all overrides that
-- could apply, the winner first.
with offers as (
    select * from {{ ref('ratebook', 'int_offers') }}
    where effective_at < ineffective_at
),

overrides as (
    select * from {{ ref('ratebook', 'int_override_windows') }}
    where effective_at < ineffective_at
),

bounds as (
    select
        offer_id,
        effective_at as bound_at
    from overrides
    union
    select
        offer_id,
        ineffective_at as bound_at
    from overrides
    union
    select
        offers.offer_id,
        offers.effective_at as bound_at
    from offers
    inner join overrides
        on offers.offer_id = overrides.offer_id
    union
    select
        offers.offer_id,
        offers.ineffective_at as bound_at
    from offers
    inner join overrides
        on offers.offer_id = overrides.offer_id
),

pieces as (
    select
        offer_id,
        bound_at as effective_at,
        lead(bound_at) over (partition by offer_id order by bound_at) as ineffective_at
    from bounds
)

select
    pieces.offer_id,
    pieces.effective_at,
    pieces.ineffective_at,
    overrides.contract_price_uid,
    row_number() over (
        partition by pieces.offer_id, pieces.effective_at
        order by
            overrides.is_bound_to_amendment desc,
            overrides.created_at desc nulls last,
            overrides.contract_price_uid asc
    ) as choice
from pieces
left join overrides
    on
        pieces.offer_id = overrides.offer_id
        and pieces.effective_at >= overrides.effective_at
        and pieces.effective_at < overrides.ineffective_at
where pieces.ineffective_at is not null
