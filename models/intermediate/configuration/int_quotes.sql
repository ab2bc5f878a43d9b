-- A quote is rated in two sets of its own: as quoted, and at list prices.
with quotes as (
    select * from {{ ref('ratebook', 'stg_quotes') }}
),

rows_in_force as (
    select * from {{ ref('ratebook', 'int_configuration_rows') }}
    where is_in_force and input = 'quotes'
)

select
    rows_in_force.rating_set,
    'quote:' || quotes.durable_id as quote_set,
    'quote_list:' || quotes.durable_id as list_set,
    quotes.id as quote_uid,
    quotes.version,
    quotes.durable_id as quote_id,
    quotes.customer_id,
    quotes.prospect_name,
    quotes.pricebook_id,
    quotes.currency,
    quotes.billing_anchor,
    quotes.payment_terms_days,
    quotes.prorate,
    quotes.started_at,
    quotes.ended_at,
    quotes.state,
    quotes.sent_at,
    quotes.expires_at,
    quotes.accepted_at,
    row_number() over (
        partition by rows_in_force.rating_set, quotes.durable_id
        order by quotes.id
    ) = 1 as is_counting
from quotes
inner join rows_in_force
    on quotes.row_id = rows_in_force.row_id
where quotes.durable_id is not null
