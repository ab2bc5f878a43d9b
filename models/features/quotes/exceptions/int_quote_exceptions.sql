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

differing as (
    select
        contract_uid,
        min(term) as term
    from {{ ref('ratebook', 'int_quote_differences') }}
    group by contract_uid
)

select
    rating_set,
    input,
    quote_uid as id,
    'UNKNOWN_STATE' as reason,
    cast(null as decimal(38, 20)) as limit_value,
    'state is ' || coalesce(state, 'empty') as detail
from quotes
where not is_state_known
union all
select
    rating_set,
    input,
    quote_uid as id,
    'QUOTE_SUPERSEDED' as reason,
    cast(null as decimal(38, 20)) as limit_value,
    'another row is quote ' || quote_id || ', and comes first by id' as detail
from quotes
where not is_current
union all
select
    rating_set,
    input,
    quote_uid as id,
    'ACCEPTED_WITHOUT_CUSTOMER' as reason,
    cast(null as decimal(38, 20)) as limit_value,
    'customer_id is empty: nobody can be billed' as detail
from quotes
where is_current and is_accepted and customer_id is null
union all
select
    rating_set,
    input,
    quote_uid as id,
    'ACCEPTED_AFTER_EXPIRY' as reason,
    cast(null as decimal(38, 20)) as limit_value,
    'it was accepted after the instant at which it expired' as detail
from states
where is_accepted and accepted_at >= expires_at
union all
select
    rating_set,
    input,
    id,
    reason,
    cast(limit_value as decimal(38, 20)) as limit_value,
    detail
from limits
union all
select
    {{ ratebook.public_rating_set() }} as rating_set,
    'contracts' as input,
    contract_uid as id,
    'QUOTE_DIFFERS' as reason,
    cast(null as decimal(38, 20)) as limit_value,
    'it does not have what its quote says: ' || term as detail
from differing
union all
select
    rating_set,
    'quote_usage' as input,
    id,
    'OUT_OF_RANGE' as reason,
    cast(null as decimal(38, 20)) as limit_value,
    'quantity is out of its range or has too many decimals' as detail
from quote_usage
where is_out_of_range
