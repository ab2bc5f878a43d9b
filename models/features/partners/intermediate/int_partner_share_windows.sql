{{ config(enabled=ratebook.has_feature('partners')) }}

with partner_shares as (
    select * from {{ ref('ratebook', 'int_partner_shares') }}
),

-- The times of a share are local in the time zone of each contract that it applies to.
zones_in_use as (
    select distinct
        rating_set,
        partner_id,
        billing_timezone
    from {{ ref('ratebook', 'int_contract_windows') }}
    where is_in_effect and partner_id is not null
)

select
    partner_shares.rating_set,
    partner_shares.partner_share_uid,
    zones_in_use.billing_timezone,
    partner_shares.partner_id,
    partner_shares.product_uid,
    partner_shares.currency,
    partner_shares.share_percent,
    partner_shares.share_amount,
    not partner_shares.is_bad_share
    and not partner_shares.is_out_of_range
    and not partner_shares.is_unreadable as is_payable,
    partner_shares.created_at,
    coalesce(
        {{ ratebook.instant_of('partner_shares.effective_at', 'zones_in_use.billing_timezone') }},
        {{ ratebook.beginning_of_time() }}
    ) as effective_at,
    coalesce(
        {{ ratebook.instant_of('partner_shares.ineffective_at', 'zones_in_use.billing_timezone') }},
        {{ ratebook.end_of_time() }}
    ) as ineffective_at
from partner_shares
inner join zones_in_use
    on
        partner_shares.rating_set = zones_in_use.rating_set
        and partner_shares.partner_id = zones_in_use.partner_id
