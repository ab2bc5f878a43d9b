{{ config(enabled=ratebook.has_feature('quotes')) }}

-- Quotes that are invalid, or need a look before they are sent.
with quotes as (
    select * from {{ ref('ratebook', 'int_quotes') }}
    where rating_set = {{ ratebook.public_rating_set() }}
),

states as (
    select * from {{ ref('ratebook', 'int_quote_states') }}
),

limits as (
    select * from {{ ref('ratebook', 'int_quote_limits') }}
),

quote_usage as (
    select * from {{ ref('ratebook', 'int_quote_usage') }}
),

-- The initial terms of a contract that came from a quote, beside the terms of the quote.
first_rows as (
    select
        'quote:' || contracts.quote_id as quote_set,
        contract_windows.*
    from {{ ref('ratebook', 'int_contract_windows') }} as contract_windows
    inner join {{ ref('ratebook', 'int_configuration_rows') }} as rows_in_force
        on
            contract_windows.rating_set = rows_in_force.rating_set
            and contract_windows.contract_uid = rows_in_force.id
            and rows_in_force.input = 'contracts'
            and rows_in_force.is_in_force
    inner join {{ ref('ratebook', 'stg_contracts') }} as contracts
        on rows_in_force.row_id = contracts.row_id
    where
        contract_windows.rating_set = {{ ratebook.public_rating_set() }}
        and contract_windows.amendment_number = 1
        and contracts.quote_id is not null
),

terms as (
    select
        first_rows.contract_uid,
        prices.rating_set = states.quote_set as is_quoted,
        prices.product_uid || ', ' || prices.phase as sold,
        prices.terms_key,
        prices.effective_at,
        prices.contract_started_at,
        case
            when first_rows.contract_ended_at = first_rows.ineffective_at
                then prices.contract_ended_at
        end as contract_ended_at
    from first_rows
    inner join states
        on first_rows.quote_set = states.quote_set
    inner join {{ ref('ratebook', 'int_prices') }} as prices
        on
            (
                states.quote_set = prices.rating_set
                or (
                    first_rows.rating_set = prices.rating_set
                    and first_rows.contract_uid = prices.contract_uid
                )
            )
            and first_rows.ineffective_at > prices.effective_at
),

differing as (
    select
        contract_uid,
        sold
    from terms
    group by
        contract_uid, sold, terms_key, effective_at, contract_started_at, contract_ended_at
    having
        sum(case when is_quoted then 1 else 0 end) != sum(case when is_quoted then 0 else 1 end)
)

select
    rating_set,
    input,
    quote_uid as id,
    'UNKNOWN_STATE' as reason,
    'state is ' || coalesce(state, 'empty') as detail
from quotes
where not is_state_known
union all
select
    rating_set,
    input,
    quote_uid as id,
    'QUOTE_SUPERSEDED' as reason,
    'another row is quote ' || quote_id || ', and comes first by id' as detail
from quotes
where not is_current
union all
select
    rating_set,
    input,
    quote_uid as id,
    'ACCEPTED_WITHOUT_CUSTOMER' as reason,
    'customer_id is empty: nobody can be billed' as detail
from quotes
where is_current and is_accepted and customer_id is null
union all
select
    rating_set,
    input,
    quote_uid as id,
    'ACCEPTED_AFTER_EXPIRY' as reason,
    'it was accepted after the instant at which it expired' as detail
from states
where is_accepted and accepted_at >= expires_at
union all
select
    rating_set,
    input,
    id,
    reason,
    detail
from limits
union all
select
    {{ ratebook.public_rating_set() }} as rating_set,
    'contracts' as input,
    contract_uid as id,
    'QUOTE_DIFFERS' as reason,
    'it does not have the terms of its quote for product ' || min(sold) as detail
from differing
group by contract_uid
union all
select
    rating_set,
    'quote_usage' as input,
    id,
    'OUT_OF_RANGE' as reason,
    'quantity is out of its range or has too many decimals' as detail
from quote_usage
where is_out_of_range
