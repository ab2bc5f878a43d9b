-- Offers, cut where another override starts to apply.
with offers as (
    select * from {{ ref('ratebook', 'int_offers') }}
    where effective_at < ineffective_at
),

choices as (
    select * from {{ ref('ratebook', 'int_override_choices') }}
),

with_previous as (
    select
        *,
        lag(contract_price_uid) over (partition by offer_id order by effective_at) as previous_uid,
        row_number() over (partition by offer_id order by effective_at) as piece_number
    from choices
    where choice = 1
),

islands as (
    select
        *,
        sum(
            case
                when
                    piece_number = 1 or contract_price_uid is distinct from previous_uid
                    then 1
                else 0
            end
        )
            over (partition by offer_id order by effective_at) as island
    from with_previous
),

windows as (
    select
        offer_id,
        contract_price_uid,
        min(effective_at) as effective_at,
        max(ineffective_at) as ineffective_at
    from islands
    group by offer_id, contract_price_uid, island
)

select
    offers.offer_id,
    windows.contract_price_uid as override_uid,
    coalesce(windows.effective_at, offers.effective_at) as effective_at,
    coalesce(windows.ineffective_at, offers.ineffective_at) as ineffective_at
from offers
left join windows
    on offers.offer_id = windows.offer_id
