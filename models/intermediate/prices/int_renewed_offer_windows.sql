-- Windows of offers, cut where their contract row renews: prices rise once more with each renewal.
with offers as (
    select * from {{ ref('ratebook', 'int_offers') }}
),

price_terms as (
    select * from {{ ref('ratebook', 'int_price_terms') }}
    where input = 'contract_prices' and has_price_group
),

override_windows as (
    select * from {{ ref('ratebook', 'int_override_windows') }}
),

renewals as (
    select * from {{ ref('ratebook', 'int_renewals') }}
),

uplift_factors as (
    select * from {{ ref('ratebook', 'int_uplift_factors') }}
),

-- What is owed begins with an override that gives the price, or with the phase. If that is in a
-- renewal, it holds as agreed until the next one.
windows as (
    select
        offer_windows.offer_id,
        offer_windows.override_uid,
        offer_windows.effective_at,
        offer_windows.ineffective_at,
        offers.rating_set,
        offers.contract_uid,
        offers.renews_at,
        case
            when price_terms.price_uid is not null then override_windows.own_start_at
            else offers.term_started_at
        end as agreed_at
    from {{ ref('ratebook', 'int_offer_windows') }} as offer_windows
    inner join offers
        on offer_windows.offer_id = offers.offer_id
    left join override_windows
        on
            offer_windows.offer_id = override_windows.offer_id
            and offer_windows.override_uid = override_windows.contract_price_uid
    left join price_terms
        on
            offers.rating_set = price_terms.rating_set
            and offer_windows.override_uid = price_terms.price_uid
),

cut as (
    select
        offer_id,
        override_uid,
        effective_at,
        least(ineffective_at, coalesce(renews_at, ineffective_at)) as ineffective_at,
        0 as renewal_number,
        0 as uplift_count,
        cast(null as decimal(7, 4)) as renewal_uplift_percent
    from windows
    where renews_at is null or effective_at < renews_at
    union all
    select
        windows.offer_id,
        windows.override_uid,
        greatest(windows.effective_at, renewals.effective_at) as effective_at,
        least(windows.ineffective_at, renewals.ineffective_at) as ineffective_at,
        renewals.renewal_number,
        case
            when renewals.is_at_list_prices then 0
            else renewals.renewal_number - coalesce(first_renewals.renewal_number, 0)
        end as uplift_count,
        renewals.renewal_uplift_percent
    from windows
    inner join renewals
        on
            windows.rating_set = renewals.rating_set
            and windows.contract_uid = renewals.contract_uid
            and windows.effective_at < renewals.ineffective_at
            and windows.ineffective_at > renewals.effective_at
    left join renewals as first_renewals
        on
            windows.rating_set = first_renewals.rating_set
            and windows.contract_uid = first_renewals.contract_uid
            and windows.agreed_at >= first_renewals.effective_at
            and windows.agreed_at < first_renewals.ineffective_at
)

select
    cut.offer_id,
    cut.override_uid,
    cut.effective_at,
    cut.ineffective_at,
    cut.renewal_number,
    cut.uplift_count,
    cut.renewal_uplift_percent,
    cut.uplift_count > 0 and coalesce(cut.renewal_uplift_percent != 0, false) as is_uplifted,
    uplift_factors.uplift_factor,
    uplift_factors.uplift_factor_error
from cut
left join uplift_factors
    on
        cut.renewal_uplift_percent = uplift_factors.renewal_uplift_percent
        and cut.uplift_count = uplift_factors.uplift_count
