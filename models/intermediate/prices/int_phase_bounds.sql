-- When phases begin and end: months after the start of their contract, through its renewals.
with contract_windows as (
    select * from {{ ref('ratebook', 'int_contract_windows') }}
    where is_in_effect
),

contracts as (
    select distinct
        rating_set,
        contract_id,
        billing_timezone,
        contract_started_at,
        contract_ended_at
    from contract_windows
),

price_terms as (
    select * from {{ ref('ratebook', 'int_price_terms') }}
    where start_period is not null or end_period is not null
),

term_ends as (
    select * from {{ ref('ratebook', 'int_term_ends') }}
    where is_automatic
),

phased as (
    select
        contract_pricebooks.rating_set,
        contract_pricebooks.contract_id,
        price_terms.start_period,
        price_terms.end_period
    from {{ ref('ratebook', 'int_contract_pricebooks') }} as contract_pricebooks
    inner join price_terms
        on
            contract_pricebooks.configuration_set = price_terms.rating_set
            and contract_pricebooks.pricebook_uid = price_terms.pricebook_uid
            and price_terms.input = 'list_prices'
    union
    select
        contract_windows.rating_set,
        contract_windows.contract_id,
        price_terms.start_period,
        price_terms.end_period
    from {{ ref('ratebook', 'int_contract_price_bindings') }} as bindings
    inner join contract_windows
        on
            bindings.rating_set = contract_windows.rating_set
            and bindings.contract_uid = contract_windows.contract_uid
    inner join price_terms
        on
            bindings.rating_set = price_terms.rating_set
            and bindings.contract_price_uid = price_terms.price_uid
            and price_terms.input = 'contract_prices'
),

periods as (
    {%- for column in ['start_period', 'end_period'] %}
    select
        rating_set,
        contract_id,
        {{ column }} as period
    from phased
    where {{ column }} is not null
    {{ "union" if not loop.last }}
    {%- endfor %}
),

local as (
    select
        contracts.*,
        periods.period,
        {{ ratebook.months_after_start('periods.period') }} as local_time
    from periods
    inner join contracts
        on
            periods.rating_set = contracts.rating_set
            and periods.contract_id = contracts.contract_id
),

dated as (
    select
        *,
        {{ ratebook.from_local('local_time', 'billing_timezone') }} as reached_at
    from local
),

-- The last end of a term that the phase date, before it is truncated, has reached.
reaching as (
    select
        dated.rating_set,
        dated.contract_id,
        dated.billing_timezone,
        dated.contract_started_at,
        dated.contract_ended_at,
        dated.period,
        dated.local_time,
        dated.reached_at,
        coalesce(max(term_ends.term_ends_at), dated.contract_started_at) as earliest_at
    from dated
    left join term_ends
        on
            dated.rating_set = term_ends.rating_set
            and dated.contract_id = term_ends.contract_id
            and dated.reached_at >= term_ends.term_ends_at
    group by 1, 2, 3, 4, 5, 6, 7, 8
)

-- A date that has reached the end of the contract, or of a term, is not truncated to before it: so
-- consecutive phases stay consecutive there.
{% for anchor in ['CALENDAR', 'ANNIVERSARY'] -%}
select
    rating_set,
    contract_id,
    period,
    '{{ anchor }}' as phase_anchor,
    case
        when period = 0 then contract_started_at
        when reached_at >= contract_ended_at then contract_ended_at
        else greatest(
            earliest_at,
            {{ ratebook.local_midnight(
                "date_trunc('month', local_time)" if anchor == 'CALENDAR'
                else 'cast(local_time as date)',
                'billing_timezone'
            ) }}
        )
    end as bound_at
from reaching
{{ "union all" if not loop.last }}
{% endfor %}
