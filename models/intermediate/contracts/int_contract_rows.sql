-- Contract rows, and quotes as the contracts that they would be: each alone in its own rating sets,
-- and with all others once it is accepted, unless contracts has the contract that it became.
with contracts as (
    select * from {{ ref('ratebook', 'stg_contracts') }}
),

rows_in_force as (
    select * from {{ ref('ratebook', 'int_configuration_rows') }}
    where is_in_force and input = 'contracts'
),

signed as (
    select
        rows_in_force.rating_set,
        contracts.id as contract_uid,
        contracts.version,
        contracts.durable_id as contract_id,
        contracts.customer_id,
        contracts.pricebook_id,
        contracts.quote_id,
        contracts.currency,
        contracts.billing_anchor,
        contracts.payment_terms_days,
        contracts.prorate,
        contracts.started_at,
        contracts.ended_at,
        contracts.effective_at,
        contracts.ineffective_at,
        contracts.archived_at
    from contracts
    inner join rows_in_force
        on contracts.row_id = rows_in_force.row_id
    where
        not coalesce(contracts.void, false)
        and contracts.id not like 'quote:%'
        and coalesce(contracts.durable_id, '') not like 'quote:%'
),

signed_quotes as (
    select distinct
        rating_set,
        quote_id
    from signed
    where quote_id is not null
),

quotes as (
    select * from {{ ref('ratebook', 'int_quotes') }}
    where is_counting
),

quotes_as_contracts as (
    select
        quotes.rating_set as contract_set,
        quotes.*
    from quotes
    left join signed_quotes
        on
            quotes.rating_set = signed_quotes.rating_set
            and quotes.quote_id = signed_quotes.quote_id
    where
        quotes.state = 'ACCEPTED'
        and quotes.customer_id is not null
        and signed_quotes.quote_id is null
    {%- for set in ['quote_set', 'list_set'] %}
    union all
    select
        {{ set }} as contract_set,
        *
    from quotes
    where rating_set = {{ ratebook.public_rating_set() }}
    {%- endfor %}
)

select
    rating_set,
    contract_uid,
    version,
    contract_id,
    customer_id,
    pricebook_id,
    quote_id,
    currency,
    billing_anchor,
    payment_terms_days,
    prorate,
    started_at,
    ended_at,
    effective_at,
    ineffective_at,
    archived_at
from signed
union all
select
    contract_set as rating_set,
    quote_set as contract_uid,
    version,
    quote_set as contract_id,
    -- A prospect is a customer of the quote alone.
    coalesce(customer_id, quote_set) as customer_id,
    pricebook_id,
    quote_id,
    currency,
    billing_anchor,
    payment_terms_days,
    prorate,
    started_at,
    ended_at,
    cast(null as varchar) as effective_at,
    cast(null as varchar) as ineffective_at,
    cast(null as varchar) as archived_at
from quotes_as_contracts
