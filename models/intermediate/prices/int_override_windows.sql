-- Overrides on the offers of their list price, with the windows in which they would apply. Empty
-- windows are kept to be reported.
with overrides as (
    select * from {{ ref('ratebook', 'int_price_terms') }}
    where
        input = 'contract_prices'
        and (list_price_uid is not null or list_price_id is not null)
),

offers as (
    select * from {{ ref('ratebook', 'int_offers') }}
    where list_price_uid is not null
),

bindings as (
    select * from {{ ref('ratebook', 'int_contract_price_bindings') }}
),

bound as (
    select
        offers.rating_set,
        offers.offer_id,
        offers.contract_uid,
        offers.effective_at as offer_effective_at,
        offers.ineffective_at as offer_ineffective_at,
        offers.own_billing_anchor,
        offers.billing_timezone,
        offers.contract_started_at,
        offers.contract_ended_at,
        offers.contract_renews_at,
        offers.renews_at,
        overrides.price_uid as contract_price_uid,
        bindings.is_bound_to_amendment,
        overrides.created_at,
        overrides.started_at as own_started_at,
        overrides.ended_at as own_ended_at,
        overrides.start_period,
        overrides.end_period
    from overrides
    inner join bindings
        on
            overrides.rating_set = bindings.rating_set
            and overrides.price_uid = bindings.contract_price_uid
    inner join offers
        on
            bindings.rating_set = offers.rating_set
            and bindings.contract_uid = offers.contract_uid
            and (
                overrides.list_price_uid = offers.list_price_uid
                or (
                    overrides.list_price_uid is null
                    and overrides.list_price_id = offers.list_price_id
                )
            )
),

phased as (
    select
        *,
        {{ ratebook.instant_of('own_started_at', 'billing_timezone') }} as own_start,
        {{ ratebook.instant_of('own_ended_at', 'billing_timezone') }} as own_end,
        {{ ratebook.phase_date('start_period') }} as phase_start_date,
        {{ ratebook.phase_date('end_period') }} as phase_end_date,
        {{ ratebook.is_phase_date_past_contract('start_period') }} as is_start_past_contract,
        {{ ratebook.is_phase_date_past_contract('end_period') }} as is_end_past_contract
    from bound
)

select
    rating_set,
    offer_id,
    contract_uid,
    contract_price_uid,
    is_bound_to_amendment,
    created_at,
    greatest(
        offer_effective_at,
        coalesce(
            own_start,
            case
                when is_start_past_contract then contract_ended_at
                else {{ ratebook.local_midnight('phase_start_date', 'billing_timezone') }}
            end,
            offer_effective_at
        )
    ) as effective_at,
    least(
        offer_ineffective_at,
        coalesce(
            case when own_end = renews_at then offer_ineffective_at else own_end end,
            case
                when not is_end_past_contract
                    then {{ ratebook.local_midnight('phase_end_date', 'billing_timezone') }}
            end,
            offer_ineffective_at
        )
    ) as ineffective_at
from phased
