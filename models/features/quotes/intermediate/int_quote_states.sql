{{ config(enabled=ratebook.has_feature('quotes')) }}

-- The quotes and orders that count, with their times as instants and their state at the as-of time.
with quotes as (
    select * from {{ ref('ratebook', 'int_quotes') }}
    where is_current and rating_set = {{ ratebook.public_rating_set() }}
),

zones as (
    select * from {{ ref('ratebook', 'int_contract_zones') }}
),

dated as (
    select
        quotes.rating_set,
        quotes.input,
        quotes.quote_set,
        quotes.list_set,
        quotes.quote_uid,
        quotes.quote_id,
        quotes.contract_id,
        quotes.customer_id,
        quotes.prospect_name,
        quotes.pricebook_id,
        quotes.state as state_given,
        quotes.is_accepted,
        quotes.is_rejected,
        {%- for column in ['started_at', 'ended_at', 'sent_at', 'expires_at', 'accepted_at'] %}
        {{ ratebook.instant_of('quotes.' ~ column, 'zones.billing_timezone') }} as {{ column }},
        {%- endfor %}
        zones.billing_timezone
    from quotes
    left join zones
        on
            quotes.quote_set = zones.rating_set
            and quotes.contract_id = zones.contract_id
)

select
    *,
    case
        when state_given = 'SENT' and expires_at <= {{ ratebook.as_of() }} then 'EXPIRED'
        else state_given
    end as state
from dated
