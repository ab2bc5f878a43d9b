{%- set kept = [
    'rating_set', 'configuration_set', 'contract_uid', 'version', 'contract_id', 'customer_id',
    'pricebook_id', 'partner_id', 'billing_target', 'agreement_id', 'currency', 'billing_anchor',
    'payment_terms_days', 'payment_terms_kind', 'prorate', 'renewal_term_months', 'renewal_pricing',
    'is_unreadable',
] -%}
{%- set times = ['started_at', 'ended_at', 'archived_at', 'terminated_at'] -%}
{%- set uplift = ratebook.renewal_uplift('contract_rows.renewal_uplift_percent') -%}
{%- set first_end -%}
least(coalesce(ended_at, {{ ratebook.end_of_time() }}), own_stop_at)
{%- endset -%}
-- Contract rows with their times as instants, the end of their term, and how they can renew. A row
-- whose start cannot be read may be in force from the beginning.
with contract_rows as (
    select * from {{ ref('ratebook', 'int_contract_rows') }}
    where customer_id is not null and (started_at is not null or has_unreadable_start)
),

contract_zones as (
    select * from {{ ref('ratebook', 'int_contract_zones') }}
),

dated as (
    select
        {%- for column in kept %}
        contract_rows.{{ column }},
        {%- endfor %}
        contract_zones.billing_timezone,
        {{ uplift }} as renewal_uplift_percent,
        contract_rows.auto_renew
        and coalesce(contract_rows.renewal_term_months between 1 and 1200, true)
        and (contract_rows.renewal_uplift_percent is null or {{ uplift }} is not null) as can_renew,
        {%- for column in times %}
        {{ ratebook.instant_of('contract_rows.' ~ column, 'contract_zones.billing_timezone') }}
            as {{ column }},
        {%- endfor %}
        coalesce(
            {{ ratebook.instant_of(
                'contract_rows.effective_at', 'contract_zones.billing_timezone'
            ) }},
            {{ ratebook.beginning_of_time() }}
        ) as own_effective_at,
        {{ ratebook.instant_of('contract_rows.ineffective_at', 'contract_zones.billing_timezone') }}
            as own_ineffective_at,
        -- An order is signed when it is paid.
        case
            when contract_rows.source = 'orders'
                then {{ ratebook.instant_of(
                    'contract_rows.signed_at', 'contract_zones.billing_timezone'
                ) }}
        end as paid_at,
        {{ ratebook.written_date('contract_rows.started_at') }} as written_start_date,
        {{ ratebook.written_date('contract_rows.ended_at') }} as written_end_date
    from contract_rows
    inner join contract_zones
        on
            contract_rows.rating_set = contract_zones.rating_set
            and contract_rows.contract_id = contract_zones.contract_id
),

stopping as (
    select
        *,
        {{ ratebook.local_date('started_at', 'billing_timezone') }} as start_date,
        {{ ratebook.local_date('ended_at', 'billing_timezone') }} as end_date,
        least(
            coalesce(own_ineffective_at, {{ ratebook.end_of_time() }}),
            coalesce(archived_at, {{ ratebook.end_of_time() }}),
            coalesce(terminated_at, {{ ratebook.end_of_time() }})
        ) as own_stop_at
    from dated
),

flagged as (
    select
        *,
        own_effective_at >= {{ first_end }}
        or coalesce(started_at >= {{ first_end }}, false) as is_own_window_empty
    from stopping
),

started as (
    select
        *,
        first_value(start_date) over rows_by_start as contract_start_date,
        first_value(written_start_date) over rows_by_start as contract_written_start_date
    from flagged
    window rows_by_start as (
        partition by rating_set, contract_id, is_own_window_empty
        order by started_at nulls last, contract_uid
    )
),

-- Whole months from the contract's start to the end of the term, as local dates or as written. If
-- there are any, renewals count from the start: a month from the 31st ends on the ends of months.
measured as (
    select
        *,
        coalesce(
            {{ ratebook.exact_months_between('contract_start_date', 'end_date') }},
            {{ ratebook.exact_months_between('contract_written_start_date', 'written_end_date') }}
        ) as term_months
    from started
),

-- A term that begins and ends on one day lasts to the next midnight.
counted as (
    select
        *,
        coalesce(term_months, 0) as renewals_from_months,
        cast(case
            when term_months is not null then contract_start_date
            else greatest(end_date, {{ ratebook.add_days('contract_start_date', 1) }})
        end as date) as renewals_from_date
    from measured
),

-- An end in the year 9999 means no end.
terms as (
    select
        *,
        case
            when ended_at < {{ ratebook.add_months(ratebook.end_of_time(), '-12') }}
                then {{ ratebook.local_midnight(
                    ratebook.add_months('renewals_from_date', 'renewals_from_months'),
                    'billing_timezone'
                ) }}
        end as term_ends_at
    from counted
),

-- A row that renews continues after its term until it is stopped. A preview covers one term.
continuing as (
    select
        *,
        coalesce(can_renew and term_ends_at is not null and ended_at < own_stop_at, false)
            as is_continued
    from terms
)

select
    {%- for column in kept + [
        'billing_timezone', 'renewal_uplift_percent', 'started_at', 'ended_at', 'own_effective_at',
        'own_ineffective_at', 'paid_at', 'term_ends_at', 'is_continued', 'renewals_from_date',
        'renewals_from_months', 'is_own_window_empty',
    ] %}
    {{ column }},
    {%- endfor %}
    case
        when not is_continued then {{ first_end }}
        when rating_set = configuration_set then own_stop_at
        else least(term_ends_at, own_stop_at)
    end as own_end_at,
    {{ first_end }} as first_end_at,
    not is_own_window_empty and start_date < {{ ratebook.earliest_start_date() }}
        as starts_too_early,
    not is_own_window_empty
    and coalesce(contract_start_date < {{ ratebook.earliest_start_date() }}, true)
        as is_without_start
from continuing
