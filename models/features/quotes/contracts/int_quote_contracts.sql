{{ config(enabled=ratebook.has_feature('quotes')) }}

-- Quotes and orders as the contracts they would be: each alone in two rating sets of its own, as
-- quoted and at list prices, and, once accepted, among all other contracts, unless a row of
-- contracts names it.
with quotes as (
    select * from {{ ref('ratebook', 'int_quotes') }}
    where is_current
),

named_by_contracts as (
    select
        rows_in_force.rating_set,
        contracts.quote_id,
        contracts.order_id
    from {{ ref('ratebook', 'stg_contracts') }} as contracts
    inner join {{ ref('ratebook', 'int_configuration_rows') }} as rows_in_force
        on
            contracts.row_id = rows_in_force.row_id
            and rows_in_force.input = 'contracts'
            and rows_in_force.is_in_force
    where not coalesce(contracts.void, false)
),

contracted_quotes as (
    select
        rating_set,
        'quote:' || quote_id as contract_id
    from named_by_contracts
    where quote_id is not null
    union
    select
        rating_set,
        'order:' || order_id as contract_id
    from named_by_contracts
    where order_id is not null
),

in_sets as (
    select
        quotes.rating_set as contract_set,
        false as is_at_list_prices,
        quotes.*
    from quotes
    left join contracted_quotes
        on
            quotes.rating_set = contracted_quotes.rating_set
            and quotes.contract_id = contracted_quotes.contract_id
    where
        quotes.is_accepted
        and quotes.customer_id is not null
        and contracted_quotes.contract_id is null
    {%- for set in ['quote_set', 'list_set'] %}
    union all
    select
        {{ set }} as contract_set,
        {{ set == 'list_set' }} as is_at_list_prices,
        *
    from quotes
    where rating_set = {{ ratebook.public_rating_set() }}
    {%- endfor %}
)

select
    contract_set as rating_set,
    rating_set as configuration_set,
    is_at_list_prices,
    input as source,
    quote_uid as source_id,
    quote_set as contract_uid,
    contract_id,
    version,
    -- A prospect is a customer of this quote only.
    coalesce(customer_id, quote_set) as customer_id,
    pricebook_id,
    partner_id,
    cast(null as varchar) as billing_target,
    cast(null as varchar) as agreement_id,
    currency,
    billing_anchor,
    payment_terms_days,
    cast(null as varchar) as payment_terms_kind,
    prorate,
    started_at,
    ended_at,
    -- A change of plan applies from its own start.
    started_at as effective_at,
    cast(null as varchar) as ineffective_at,
    cast(null as varchar) as archived_at,
    cast(null as varchar) as terminated_at,
    auto_renew,
    renewal_term_months,
    renewal_uplift_percent,
    renewal_pricing,
    cast(null as integer) as trial_days,
    accepted_at as signed_at,
    cast(null as varchar) as end_reason,
    channel,
    is_unreadable,
    has_unreadable_start,
    quote_id as quote_or_order_id,
    case when input = 'quotes' then quote_id end as quote_id,
    case when input = 'orders' then substr(contract_id, length('order:') + 1) end as order_id
from in_sets
