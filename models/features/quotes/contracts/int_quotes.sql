{{ config(enabled=ratebook.has_feature('quotes')) }}
{%- set shared = [
    'row_id', 'id', 'version', 'durable_id', 'customer_id', 'pricebook_id', 'partner_id',
    'currency', 'billing_anchor', 'payment_terms_days', 'prorate', 'ended_at', 'state',
] -%}
-- Quotes, and orders of a checkout in the same shape. Each is rated in two sets of its own: as
-- quoted, and at list prices.
with rows_in_force as (
    select * from {{ ref('ratebook', 'int_configuration_rows') }}
    where is_in_force
),

quotes as (
    select
        'quotes' as input,
        'quote:' || durable_id as set_name,
        'quote:' || durable_id as contract_id,
        durable_id as quote_id,
        state = 'ACCEPTED' as is_accepted,
        state = 'REJECTED' as is_rejected,
        state in ('DRAFT', 'SENT', 'ACCEPTED', 'REJECTED') as is_state_known,
        started_at,
        sent_at,
        expires_at,
        accepted_at,
        channel,
        auto_renew,
        renewal_term_months,
        renewal_uplift_percent,
        renewal_pricing,
        {%- for column in shared %}
        {{ column }},
        {%- endfor %}
        prospect_name
    from {{ ref('ratebook', 'stg_quotes') }}
    where durable_id is not null
    union all
    -- Rows with the same durable_id are changes of plan: each is a quote of its own.
    select
        'orders' as input,
        'order:' || id as set_name,
        'order:' || durable_id as contract_id,
        id as quote_id,
        state = 'PAID' as is_accepted,
        state in ('FAILED', 'ABANDONED') as is_rejected,
        state in ('STARTED', 'PAID', 'FAILED', 'ABANDONED') as is_state_known,
        -- An unpaid order is shown as if it started with its checkout.
        coalesce(
            started_at, paid_at, case when state != 'PAID' then checkout_started_at end
        ) as started_at,
        checkout_started_at as sent_at,
        cast(null as varchar) as expires_at,
        paid_at as accepted_at,
        'SELF_SERVE' as channel,
        cast(null as boolean) as auto_renew,
        cast(null as integer) as renewal_term_months,
        cast(null as decimal(38, 20)) as renewal_uplift_percent,
        cast(null as varchar) as renewal_pricing,
        {%- for column in shared %}
        {{ column }},
        {%- endfor %}
        cast(null as varchar) as prospect_name
    from {{ ref('ratebook', 'stg_orders') }}
    where durable_id is not null
)

select
    rows_in_force.rating_set,
    quotes.input,
    quotes.set_name as quote_set,
    case quotes.input when 'quotes' then 'quote_list:' else 'order_list:' end
    || quotes.quote_id as list_set,
    quotes.id as quote_uid,
    quotes.version,
    quotes.quote_id,
    quotes.contract_id,
    quotes.customer_id,
    quotes.prospect_name,
    quotes.channel,
    quotes.pricebook_id,
    quotes.partner_id,
    quotes.currency,
    quotes.billing_anchor,
    quotes.payment_terms_days,
    quotes.prorate,
    quotes.started_at,
    quotes.ended_at,
    quotes.auto_renew,
    quotes.renewal_term_months,
    quotes.renewal_uplift_percent,
    quotes.renewal_pricing,
    quotes.state,
    quotes.sent_at,
    quotes.expires_at,
    quotes.accepted_at,
    rows_in_force.is_unreadable,
    quotes.started_at is null
    and {{ ratebook.is_unparsable(['started_at', 'paid_at'], 'rows_in_force.unparsable_cells') }}
        as has_unreadable_start,
    coalesce(quotes.is_accepted, false) as is_accepted,
    coalesce(quotes.is_rejected, false) as is_rejected,
    coalesce(quotes.is_state_known, false) as is_state_known,
    row_number() over (
        partition by rows_in_force.rating_set, quotes.set_name
        order by quotes.id
    ) = 1 as is_current
from quotes
inner join rows_in_force
    on
        quotes.row_id = rows_in_force.row_id
        and quotes.input = rows_in_force.input
