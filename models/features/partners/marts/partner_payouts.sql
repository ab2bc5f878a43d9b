{%- set counts_documents = ratebook.counts_documents() -%}
{{ config(enabled=ratebook.has_feature('partners')) }}

{%- if ratebook.has_feature('ledger') %}
-- depends_on: {{ ref('ratebook', 'int_ledger_line_items') }}
-- depends_on: {{ ref('ratebook', 'invoice_ledger') }}
{%- endif %}
-- Only finalized lines are payable; drafts have their own columns. With a ledger, what counts is
-- what its documents say, in the month of their date.
with line_shares as (
    select * from {{ ref('ratebook', 'int_partner_line_shares') }}
    where rating_set = {{ ratebook.public_rating_set() }}
),

partners as (
    select * from {{ ref('ratebook', 'int_partners') }}
    where is_in_effect and rating_set = {{ ratebook.public_rating_set() }}
),

{% if counts_documents -%}
frozen_invoices as (
    select distinct
        invoice_id,
        customer_id
    from {{ ref('ratebook', 'invoice_ledger') }}
    where row_type = 'LINE' and correction_kind is null
),

-- The lines that no document has: those that are before the ledger, or not for it, stay as they
-- are, and the others are drafts.
lines as (
    select
        line_shares.partner_id,
        line_shares.currency,
        line_shares.payout_month,
        line_shares.gross_amount,
        line_shares.share_amount,
        case
            when ledger_lines.nominal_end_date > {{ ratebook.ledger_books_from() }} then 'DRAFT'
            else line_shares.status
        end as status
    from line_shares
    left join {{ ref('ratebook', 'int_ledger_line_items') }} as ledger_lines
        on line_shares.line_item_id = ledger_lines.line_item_id
    left join frozen_invoices
        on
            ledger_lines.invoice_id = frozen_invoices.invoice_id
            and ledger_lines.customer_id = frozen_invoices.customer_id
    where frozen_invoices.invoice_id is null
),

payable as (
    select * from lines
    union all
    select
        partner_id,
        currency,
        cast(date_trunc('month', document_date) as date) as payout_month,
        amount as gross_amount,
        coalesce(partner_share_amount, 0) as share_amount,
        'FINALIZED' as status
    from {{ ref('ratebook', 'invoice_ledger') }}
    where partner_id is not null
),

{% else -%}
payable as (
    select * from line_shares
),

{% endif -%}
counted as (
    select
        *,
        case when status = 'FINALIZED' then 1 else 0 end as final_count,
        case when status = 'FINALIZED' then 0 else 1 end as draft_count
    from payable
),

summed as (
    select
        {%- for kind, prefix in [('final', ''), ('draft', 'draft_')] %}
        cast(sum({{ kind }}_count) as bigint) as {{ prefix }}line_count,
        cast(sum({{ kind }}_count * gross_amount) as decimal(28, 8)) as {{ prefix }}gross_amount,
        cast(sum({{ kind }}_count * share_amount) as decimal(28, 8)) as {{ prefix }}share_amount,
        {%- endfor %}
        partner_id,
        currency,
        payout_month
    from counted
    group by partner_id, currency, payout_month
)

select
    summed.partner_id,
    partners.partner_name,
    partners.kind,
    summed.currency,
    summed.payout_month,
    summed.line_count,
    summed.gross_amount,
    summed.share_amount,
    cast(summed.gross_amount - summed.share_amount as decimal(28, 8)) as net_amount,
    summed.draft_line_count,
    summed.draft_gross_amount,
    summed.draft_share_amount,
    cast(summed.draft_gross_amount - summed.draft_share_amount as decimal(28, 8))
        as draft_net_amount
from summed
left join partners
    on summed.partner_id = partners.partner_id
