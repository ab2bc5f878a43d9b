{%- set due_at_once = (
    'payment_terms_days', 'payment_terms_days < 0', true,
    "'payment_terms_days is ' || cast(payment_terms_days as varchar) || ': 0 is used'",
) -%}
-- Contracts as a whole that are wrong, or need a look.
with contract_windows as (
    select * from {{ ref('ratebook', 'int_contract_windows') }}
    where is_in_effect
),

pricebook_rows as (
    select
        rows_in_force.rating_set,
        pricebooks.*
    from {{ ref('ratebook', 'stg_pricebooks') }} as pricebooks
    inner join {{ ref('ratebook', 'int_configuration_rows') }} as rows_in_force
        on
            pricebooks.row_id = rows_in_force.row_id
            and rows_in_force.input = 'pricebooks'
            and rows_in_force.is_in_force
),

priced as (
    select distinct
        rating_set,
        contract_id,
        contract_price_uid,
        billing_timezone,
        contract_ended_at
    from {{ ref('ratebook', 'int_prices') }}
),

known_pricebooks as (
    select distinct
        rating_set,
        durable_id
    from pricebook_rows
),

priced_contracts as (
    select distinct
        rating_set,
        contract_id
    from priced
),

-- A contract of a pricebook that does not exist is reported for that.
without_prices as (
    select
        contract_windows.rating_set,
        contract_windows.contract_uid,
        row_number() over (
            partition by contract_windows.rating_set, contract_windows.contract_id
            order by contract_windows.effective_at, contract_windows.amendment_number
        ) as row_number_in_contract,
        count(contract_windows.pricebook_id)
            over (partition by contract_windows.rating_set, contract_windows.contract_id)
        > count(known_pricebooks.durable_id)
            over (partition by contract_windows.rating_set, contract_windows.contract_id)
            as has_unknown_pricebook
    from contract_windows
    left join known_pricebooks
        on
            contract_windows.configuration_set = known_pricebooks.rating_set
            and contract_windows.pricebook_id = known_pricebooks.durable_id
    left join priced_contracts
        on
            contract_windows.rating_set = priced_contracts.rating_set
            and contract_windows.contract_id = priced_contracts.contract_id
    where priced_contracts.contract_id is null
),

price_ends as (
    select
        priced.*,
        {{ ratebook.instant_of('price_terms.ended_at', 'priced.billing_timezone') }} as end_at
    from priced
    inner join {{ ref('ratebook', 'int_price_terms') }} as price_terms
        on
            priced.rating_set = price_terms.rating_set
            and priced.contract_price_uid = price_terms.price_uid
            and price_terms.input = 'contract_prices'
),

ends as (
    select
        rating_set,
        'contracts' as input,
        contract_uid as id,
        billing_timezone,
        first_end_at as end_at
    from contract_windows
    where first_end_at <= ineffective_at
    union all
    select
        rating_set,
        'contract_prices' as input,
        contract_price_uid as id,
        billing_timezone,
        end_at
    from price_ends
    where end_at <= contract_ended_at
),

-- An end in the year 9999 means no end.
local_ends as (
    select
        *,
        {{ ratebook.to_local('end_at', 'billing_timezone') }} as local_end_at
    from ends
    where end_at < {{ ratebook.add_months(ratebook.end_of_time(), '-12') }}
)

select
    rating_set,
    'contracts' as input,
    contract_uid as id,
    'NOTHING_TO_BILL' as reason,
    cast(null as varchar) as column_name,
    true as is_billed,
    'the contract is in force, and no price is for it' as detail
from without_prices
where row_number_in_contract = 1 and not has_unknown_pricebook
union all
select distinct
    rating_set,
    input,
    id,
    'ENDS_NEAR_BOUNDARY' as reason,
    'ended_at' as column_name,
    true as is_billed,
    'it ends in the last minute of a day: is the next midnight meant?' as detail
from local_ends
where
    {{ ratebook.microseconds('local_end_at') }}
    - {{ ratebook.microseconds("date_trunc('day', local_end_at)") }}
    >= 86340000000
{%- for input, relation, id, column, condition, is_billed, detail in [
    ('contracts', ref('ratebook', 'int_contract_terms'), 'contract_uid', 'started_at',
        'starts_too_early', false, "'the contract starts before 1900'"),
    ('contracts', ref('ratebook', 'int_contract_trials'), 'contract_uid', 'trial_days',
        'is_out_of_range', false,
        "'trial_days is ' || cast(trial_days as varchar) || '; it must be from 0 to 3650'"),
    ('contracts', ref('ratebook', 'int_contract_rows'), 'contract_uid') + due_at_once,
    ('pricebooks', 'pricebook_rows', 'id') + due_at_once,
] %}
union all
select
    rating_set,
    '{{ input }}' as input,
    {{ id }} as id,
    'OUT_OF_RANGE' as reason,
    '{{ column }}' as column_name,
    {{ is_billed }} as is_billed,
    {{ detail }} as detail
from {{ relation }}
where {{ condition }}
{%- endfor %}
