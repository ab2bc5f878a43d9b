-- The renewals of contract rows, as far as a period that starts by the horizon can reach.
with contract_windows as (
    select * from {{ ref('ratebook', 'int_contract_windows') }}
    where is_in_effect and renews_at is not null
),

pricebook_windows as (
    select * from {{ ref('ratebook', 'int_pricebook_windows') }}
),

price_terms as (
    select * from {{ ref('ratebook', 'int_price_terms') }}
),

schedules as (
    select
        contract_windows.rating_set,
        contract_windows.contract_uid,
        greatest(
            {%- for terms in ['pricebook_windows', 'list_terms'] %}
            {{ ratebook.schedule_months(terms ~ '.invoice_schedule', terms ~ '.schedule_unit') }}
            {{- "," if not loop.last }}
            {%- endfor %}
        ) as schedule
    from contract_windows
    inner join pricebook_windows
        on
            contract_windows.configuration_set = pricebook_windows.rating_set
            and contract_windows.billing_timezone = pricebook_windows.billing_timezone
            and contract_windows.pricebook_id = pricebook_windows.pricebook_id
    left join price_terms as list_terms
        on
            pricebook_windows.rating_set = list_terms.rating_set
            and pricebook_windows.pricebook_uid = list_terms.pricebook_uid
            and list_terms.input = 'list_prices'
    union all
    select
        bindings.rating_set,
        bindings.contract_uid,
        {{ ratebook.schedule_months(
            'contract_terms.invoice_schedule', 'contract_terms.schedule_unit'
        ) }} as schedule
    from {{ ref('ratebook', 'int_contract_price_bindings') }} as bindings
    inner join price_terms as contract_terms
        on
            bindings.rating_set = contract_terms.rating_set
            and contract_terms.input = 'contract_prices'
            and bindings.contract_price_uid = contract_terms.price_uid
),

longest_periods as (
    select
        rating_set,
        contract_uid,
        least(max(coalesce(schedule, 1)), 1200) as schedule
    from schedules
    group by rating_set, contract_uid
),

with_schedules as (
    select
        contract_windows.*,
        greatest(coalesce(longest_periods.schedule, 1), 1) as schedule
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
        {{ ratebook.local_date('contract_ended_at', 'billing_timezone') }} as contract_end_date,
        {{ ratebook.local_date(
            'least(ineffective_at, ' ~ ratebook.add_months(
                ratebook.horizon(), 'cast(schedule + 1 as integer)'
            ) ~ ')',
            'billing_timezone'
        ) }} as last_date,
        coalesce(
            renewal_term_months,
            nullif(renewals_from_months, 0),
            greatest({{ ratebook.complete_months_between(
                ratebook.local_date('contract_started_at', 'billing_timezone'), 'renewals_from_date'
            ) }}, 1)
        ) as months
    from with_schedules
),

numbered as (
    select
        *,
        {{ ratebook.series('1', 'greatest(' ~ ratebook.whole_quotient(
            '(' ~ ratebook.months_between('renewals_from_date', 'last_date')
            ~ ' - renewals_from_months)', 'months'
        ) ~ ', 0) + 1') }} as renewal_number
    from measured
),

with_dates as (
    select
        {%- for name, count in {'start': 'renewal_number - 1', 'end': 'renewal_number'}.items() %}
        cast({{ ratebook.add_months(
            'renewals_from_date',
            'cast(renewals_from_months + (' ~ count ~ ') * months as integer)'
        ) }} as date) as renewal_{{ name }}_date,
        {%- endfor %}
        *
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

-- No renewal begins less than a local day before the contract's end: the one before continues.
select
    rating_set,
    contract_uid,
    contract_id,
    cast(renewal_number as integer) as renewal_number,
    renewal_uplift_percent,
    coalesce(renewal_pricing = 'LIST', false) as is_at_list_prices,
    renewal_start_at as effective_at,
    case
        when {{ ratebook.local_date('renewal_end_at', 'billing_timezone') }} < contract_end_date
            then least(renewal_end_at, ineffective_at)
        else ineffective_at
    end as ineffective_at
from bounded
where
    (renewal_number = 1 or renewal_start_date <= last_date)
    and renewal_start_at < ineffective_at
    and {{ ratebook.local_date('renewal_start_at', 'billing_timezone') }} < contract_end_date
