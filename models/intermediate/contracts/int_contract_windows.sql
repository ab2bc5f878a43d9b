{%- set kept = [
    'rating_set', 'configuration_set', 'contract_uid', 'version', 'contract_id',
    'amendment_number', 'customer_id', 'pricebook_id', 'partner_id', 'billing_target',
    'agreement_id', 'currency', 'billing_anchor', 'payment_terms_days', 'payment_terms_kind',
    'prorate', 'billing_timezone', 'started_at', 'ended_at', 'contract_started_at',
    'contract_ended_at',
    'effective_at', 'ineffective_at', 'term_ends_at', 'renewals_from_date', 'renewals_from_months',
    'renewal_term_months', 'renewal_uplift_percent', 'renewal_pricing', 'first_end_at', 'is_blocked',
] -%}
-- Contract rows in the order of their amendments. Each ends where the next begins, or earlier. Of
-- orders with one start the one that was paid later is the last. A row that cannot be read blocks
-- itself and all rows after it.
with terms as (
    select * from {{ ref('ratebook', 'int_contract_terms') }}
    where not is_without_start
),

-- A row whose own window is empty neither cuts its neighbours nor moves the contract's bounds.
ordered as (
    select
        *,
        row_number() over amendments as amendment_number,
        lead(own_effective_at) over amendments as next_effective_at,
        least(
            coalesce(lead(own_end_at) over amendments, own_end_at),
            coalesce(lead(own_effective_at, 2) over amendments, {{ ratebook.end_of_time() }})
        ) as next_end_at,
        max(case when is_unreadable then 1 else 0 end) over (
            amendments rows between unbounded preceding and current row
        ) = 1 as is_blocked,
        min(started_at) over (partition by rating_set, contract_id) as contract_started_at,
        last_value(own_end_at) over (
            amendments rows between unbounded preceding and unbounded following
        ) as contract_ended_at
    from terms
    where not is_own_window_empty
    window amendments as (
        partition by rating_set, contract_id
        order by own_effective_at, paid_at nulls first, contract_uid
    )
),

-- An amendment that begins with the ended_at of the row before it, or with the end of its term if
-- it would continue, is a negotiated renewal: like every renewal it begins when the term ends.
meeting as (
    select
        *,
        coalesce(
            next_effective_at <= own_end_at
            and (
                next_effective_at = ended_at
                or (is_continued and next_effective_at = term_ends_at)
            )
            and own_effective_at < term_ends_at
            and term_ends_at < next_end_at,
            false
        ) as is_renewed_by_next
    from ordered
),

starting as (
    select
        *,
        coalesce(lag(is_renewed_by_next) over amendments, false) as renews_previous,
        case
            when lag(is_renewed_by_next) over amendments then lag(term_ends_at) over amendments
            else own_effective_at
        end as own_start_at,
        case when is_renewed_by_next then term_ends_at else next_effective_at end as next_start_at
    from meeting
    window amendments as (partition by rating_set, contract_id order by amendment_number)
),

cut as (
    select
        *,
        greatest(own_start_at, contract_started_at) as effective_at,
        case
            when is_renewed_by_next then next_start_at
            else least(own_end_at, contract_ended_at, coalesce(next_start_at, own_end_at))
        end as ineffective_at
    from starting
    union all
    select
        *,
        cast(null as bigint) as amendment_number,
        cast(null as timestamp) as next_effective_at,
        cast(null as timestamp) as next_end_at,
        false as is_blocked,
        cast(null as timestamp) as contract_started_at,
        cast(null as timestamp) as contract_ended_at,
        false as is_renewed_by_next,
        false as renews_previous,
        own_effective_at as own_start_at,
        cast(null as timestamp) as next_start_at,
        own_effective_at as effective_at,
        own_effective_at as ineffective_at
    from terms
    where is_own_window_empty
),

with_last_dates as (
    select
        *,
        {{ ratebook.local_date('contract_ended_at', 'billing_timezone') }} as contract_end_date
    from cut
)

-- No renewal begins less than a local day before the contract's end.
select
    {%- for column in kept %}
    {{ column }},
    {%- endfor %}
    case
        when
            is_continued
            and ended_at < ineffective_at
            and term_ends_at < ineffective_at
            and {{ ratebook.local_date('term_ends_at', 'billing_timezone') }} < contract_end_date
            then term_ends_at
    end as renews_at,
    is_renewed_by_next,
    renews_previous
    and {{ ratebook.local_date('effective_at', 'billing_timezone') }} < contract_end_date
        as is_negotiated_renewal,
    coalesce(effective_at < ineffective_at, false) as is_in_effect,
    coalesce(own_ineffective_at > next_effective_at or own_effective_at = next_effective_at, false)
        as is_overlapping
from with_last_dates
