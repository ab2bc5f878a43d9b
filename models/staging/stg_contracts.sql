{%- set cells = ratebook.cells('contracts') -%}
with source as (
    select * from {{ ratebook.input_rows('contracts') }}
),

renamed as (
    select
        -- the row
        {{ ratebook.common_cells('contracts') }},
        -- ids
        {{ cells.durable_id }} as durable_id,
        {{ cells.customer_id }} as customer_id,
        {{ cells.pricebook_id }} as pricebook_id,
        {{ cells.quote_id }} as quote_id,
        {{ cells.order_id }} as order_id,
        {{ cells.agreement_id }} as agreement_id,
        {{ cells.partner_id }} as partner_id,
        {{ cells.seller_id }} as seller_id,
        -- text
        {{ cells.currency }} as currency,
        {{ cells.billing_anchor }} as billing_anchor,
        {{ cells.msa_reference }} as msa_reference,
        {{ cells.channel }} as channel,
        {{ cells.end_reason }} as end_reason,
        {{ cells.renewal_pricing }} as renewal_pricing,
        {{ cells.payment_terms_kind }} as payment_terms_kind,
        {%- for column in ratebook.ledger_input_columns('contracts') %}
        {{ cells[column] }} as {{ column }},
        {%- endfor %}
        -- numbers
        {{ cells.payment_terms_days }} as payment_terms_days,
        {{ cells.renewal_term_months }} as renewal_term_months,
        {{ cells.renewal_uplift_percent }} as renewal_uplift_percent,
        {{ cells.trial_days }} as trial_days,
        -- flags
        {{ cells.prorate }} as prorate,
        {{ cells.void }} as void,
        {{ cells.auto_renew }} as auto_renew,
        -- times
        {{ cells.started_at }} as started_at,
        {{ cells.ended_at }} as ended_at,
        {{ cells.effective_at }} as effective_at,
        {{ cells.ineffective_at }} as ineffective_at,
        {{ cells.voided_at }} as voided_at,
        {{ cells.archived_at }} as archived_at,
        {{ cells.signed_at }} as signed_at,
        {{ cells.terminated_at }} as terminated_at
    from source
)

select distinct *
from renamed
