{{ config(enabled=ratebook.has_feature('ledger'), materialized='view') }}

with plan as (
    select * from {{ ref('ratebook', 'int_ledger_plan') }}
),

frozen_closes as (
    select distinct close_number
    from {{ ref('ratebook', 'invoice_ledger') }}
)

select
    plan.document_id,
    plan.row_number,
    plan.document_number,
    plan.row_type,
    plan.contract_id,
    plan.invoice_id,
    plan.line_item_id,
    plan.origin_document_id,
    plan.origin_document_number,
    plan.product_uid,
    plan.product_name,
    plan.unit_name,
    plan.line_type,
    plan.cell_id,
    plan.cell_values,
    plan.invoice_delivery,
    plan.nominal_start_date,
    plan.nominal_end_date,
    plan.effective_at,
    plan.ineffective_at,
    plan.price,
    plan.quantity,
    plan.currency,
    plan.amount,
    plan.partner_id,
    plan.partner_share_percent,
    plan.partner_share_amount,
    case
        when plan.correction_kind is null then explanations.customer_explanation
        else plan.frozen_explanation
    end as explanation,
    plan.ledger_key
from plan
left join frozen_closes
    on plan.close_number = frozen_closes.close_number
left join {{ ref('ratebook', 'line_item_explanations') }} as explanations
    on plan.line_item_id = explanations.line_item_id
where frozen_closes.close_number is null
