-- The renewals of contract rows, as far as a period that starts by the horizon can reach.
with contract_windows as (
    select * from {{ ref('ratebook', 'int_contract_windows') }}
    where is_in_effect and renews_at is not null
),

offers as (
    select * from {{ ref('ratebook', 'int_offers') }}
),

price_terms as (
    select * from {{ ref('ratebook', 'int_price_terms') }}
),

longest_periods as (
    select
        offers.rating_set,
        offers.contract_uid,
        least(max(greatest(
            coalesce(offers.pricebook_invoice_schedule, 1),
            coalesce(list_terms.invoice_schedule, 1),
            coalesce(contract_terms.invoice_schedule, 1)
        )), 1200) as schedule
    from offers
    inner join {{ ref('ratebook', 'int_offer_windows') }} as offer_windows
        on offers.offer_id = offer_windows.offer_id
    left join price_terms as list_terms
        on
            offers.configuration_set = list_terms.rating_set
            and list_terms.input = 'list_prices'
            and offers.list_price_uid = list_terms.price_uid
    left join price_terms as contract_terms
        on
            offers.rating_set = contract_terms.rating_set
            and contract_terms.input = 'contract_prices'
            and coalesce(offer_windows.override_uid, offers.ad_hoc_price_uid)
            = contract_terms.price_uid
    group by offers.rating_set, offers.contract_uid
),

dated as (
    select
        contract_windows.*,
        {{ ratebook.local_date(
            'contract_windows.contract_started_at', 'contract_windows.billing_timezone'
        ) }} as start_date,
        {{ ratebook.local_date('contract_windows.renews_at', 'contract_windows.billing_timezone') }}
            as end_date,
        {{ ratebook.local_date(
            'least(contract_windows.ineffective_at, '
            ~ ratebook.add_months(
                ratebook.horizon(), 'cast(coalesce(longest_periods.schedule, 1) + 1 as integer)'
            ) ~ ')',
            'contract_windows.billing_timezone'
        ) }} as last_date
    from contract_windows
    left join longest_periods
        on
            contract_windows.rating_set = longest_periods.rating_set
            and contract_windows.contract_uid = longest_periods.contract_uid
),

-- A renewal without a length of its own lasts for the whole months of the first term.
measured as (
    select
        *,
        coalesce(
            renewal_term_months,
            greatest(
                {{ ratebook.months_between('start_date', 'end_date') }}
                - case
                    when
                        {{ ratebook.add_months(
                            'start_date',
                            'cast(' ~ ratebook.months_between('start_date', 'end_date')
                            ~ ' as integer)'
                        ) }} > end_date
                        then 1
                    else 0
                end,
                1
            )
        ) as months
    from dated
),

numbered as (
    select
        *,
        {{ ratebook.series('1', 'greatest(' ~ ratebook.whole_quotient(
            ratebook.months_between('end_date', 'last_date'), 'months'
        ) ~ ', 0) + 1') }} as renewal_number
    from measured
),

with_dates as (
    select
        *,
        cast({{ ratebook.add_months(
            'end_date', 'cast((renewal_number - 1) * months as integer)'
        ) }} as date) as renewal_start_date,
        cast({{ ratebook.add_months(
            'end_date', 'cast(renewal_number * months as integer)'
        ) }} as date) as renewal_end_date
    from numbered
),

bounded as (
    select
        *,
        {{ ratebook.local_midnight('renewal_start_date', 'billing_timezone') }}
            as renewal_start_at,
        {{ ratebook.local_midnight('renewal_end_date', 'billing_timezone') }} as renewal_end_at
    from with_dates
)

select
    rating_set,
    contract_uid,
    contract_id,
    cast(renewal_number as integer) as renewal_number,
    renewal_uplift_percent,
    case when renewal_number = 1 then renews_at else renewal_start_at end as effective_at,
    least(renewal_end_at, ineffective_at) as ineffective_at
from bounded
where renewal_number = 1 or renewal_start_at < ineffective_at
