{%- set cells = ratebook.cells('pricebooks') -%}
with source as (
    select * from {{ ratebook.input_rows('pricebooks') }}
),

renamed as (
    select
        -- the row
        {{ ratebook.common_cells('pricebooks') }},
        -- ids
        {{ cells.durable_id }} as durable_id,
        {{ cells.seller_id }} as seller_id,
        -- text
        {{ cells.name }} as name,
        {{ cells.currency }} as currency,
        {{ cells.invoice_delivery }} as invoice_delivery,
        {{ cells.schedule_unit }} as schedule_unit,
        {{ cells.billing_anchor }} as billing_anchor,
        {{ cells.billing_target }} as billing_target,
        {{ cells.payment_terms_kind }} as payment_terms_kind,
        -- numbers
        {{ cells.invoice_schedule }} as invoice_schedule,
        {{ cells.payment_terms_days }} as payment_terms_days,
        {{ cells.maximum_discount_percent }} as maximum_discount_percent,
        {{ cells.minimum_term_months }} as minimum_term_months,
        -- flags
        {{ cells.prorate }} as prorate,
        -- times
        {{ cells.effective_at }} as effective_at,
        {{ cells.ineffective_at }} as ineffective_at,
        {{ cells.archived_at }} as archived_at
    from source
)

select distinct *
from renamed
