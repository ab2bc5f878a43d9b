-- The dates of contract prices on their contracts, as written or as phases, for both ways to count
-- phases. A date that is the ended_at of a contract that renews is the end of its term.
with contract_windows as (
    select * from {{ ref('ratebook', 'int_contract_windows') }}
    where is_in_effect
),

price_terms as (
    select * from {{ ref('ratebook', 'int_price_terms') }}
    where input = 'contract_prices'
),

term_ends as (
    select * from {{ ref('ratebook', 'int_term_ends') }}
),

phase_bounds as (
    select * from {{ ref('ratebook', 'int_phase_bounds') }}
),

contract_prices as (
    select distinct
        bindings.rating_set,
        bindings.contract_price_uid,
        contract_windows.contract_id,
        contract_windows.contract_started_at,
        contract_windows.billing_timezone
    from {{ ref('ratebook', 'int_contract_price_bindings') }} as bindings
    inner join contract_windows
        on
            bindings.rating_set = contract_windows.rating_set
            and bindings.contract_uid = contract_windows.contract_uid
),

written as (
    {%- for anchor in ['CALENDAR', 'ANNIVERSARY'] %}
    select
        contract_prices.*,
        '{{ anchor }}' as phase_anchor,
        price_terms.start_period,
        price_terms.end_period,
        price_terms.renews,
        price_terms.list_price_uid is null and price_terms.list_price_id is null as is_ad_hoc,
        {{ ratebook.instant_of('price_terms.started_at', 'contract_prices.billing_timezone') }}
            as started_at,
        {{ ratebook.instant_of('price_terms.ended_at', 'contract_prices.billing_timezone') }}
            as ended_at
    from contract_prices
    inner join price_terms
        on
            contract_prices.rating_set = price_terms.rating_set
            and contract_prices.contract_price_uid = price_terms.price_uid
    {{ "union all" if not loop.last }}
    {%- endfor %}
)

select
    written.rating_set,
    written.contract_id,
    written.contract_price_uid,
    written.phase_anchor,
    written.contract_started_at,
    written.is_ad_hoc and written.ended_at is not null as is_dated_ad_hoc,
    written.renews,
    coalesce(start_ends.term_ends_at, written.started_at, start_phases.bound_at) as own_start_at,
    coalesce(end_ends.term_ends_at, written.ended_at, end_phases.bound_at) as own_end_at
from written
left join term_ends as start_ends
    on
        written.rating_set = start_ends.rating_set
        and written.contract_id = start_ends.contract_id
        and written.started_at = start_ends.ended_at
left join phase_bounds as start_phases
    on
        written.rating_set = start_phases.rating_set
        and written.contract_id = start_phases.contract_id
        and written.start_period = start_phases.period
        and written.phase_anchor = start_phases.phase_anchor
left join term_ends as end_ends
    on
        written.rating_set = end_ends.rating_set
        and written.contract_id = end_ends.contract_id
        and written.ended_at = end_ends.ended_at
left join phase_bounds as end_phases
    on
        written.rating_set = end_phases.rating_set
        and written.contract_id = end_phases.contract_id
        and written.end_period = end_phases.period
        and written.phase_anchor = end_phases.phase_anchor
