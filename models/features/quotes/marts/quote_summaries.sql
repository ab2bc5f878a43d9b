{{ config(enabled=ratebook.has_feature('quotes')) }}

with quotes as (
    select * from {{ ref('ratebook', 'int_quote_states') }}
    where input = 'quotes'
),

totals as (
    select * from {{ ref('ratebook', 'int_quote_totals') }}
),

-- Quotes for the same customer or prospect are alternatives: each is compared with the lowest.
compared as (
    select
        quotes.quote_id,
        quotes.quote_uid,
        quotes.customer_id,
        quotes.prospect_name,
        quotes.pricebook_id,
        quotes.state,
        quotes.billing_timezone,
        quotes.started_at,
        quotes.ended_at,
        quotes.sent_at,
        quotes.expires_at,
        quotes.accepted_at,
        totals.currency,
        totals.minor_units,
        totals.list_total,
        totals.quoted_total,
        totals.discount_total,
        totals.total_contract_value,
        totals.invoice_count,
        totals.first_issued_at,
        totals.first_invoices_total,
        totals.quoted_total - min(totals.quoted_total) over (
            partition by
                coalesce(quotes.customer_id, quotes.prospect_name, quotes.quote_id),
                totals.currency
        ) as above_lowest
    from quotes
    left join totals
        on quotes.quote_set = totals.quote_set
)

select
    quote_id,
    currency,
    quote_uid,
    customer_id,
    prospect_name,
    pricebook_id,
    state,
    billing_timezone,
    started_at,
    ended_at,
    sent_at,
    expires_at,
    accepted_at,
    minor_units,
    list_total,
    quoted_total,
    discount_total,
    cast(above_lowest as decimal(28, 8)) as above_lowest,
    total_contract_value,
    cast(coalesce(invoice_count, 0) as bigint) as invoice_count,
    first_issued_at,
    first_invoices_total
from compared
