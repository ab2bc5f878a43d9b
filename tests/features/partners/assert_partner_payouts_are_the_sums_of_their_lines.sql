{{ config(group='engine', enabled=ratebook.has_feature('partners')) }}
{%- if ratebook.has_feature('ledger') %}
-- depends_on: {{ ref('ratebook', 'document_rows') }}
-- depends_on: {{ ref('ratebook', 'documents') }}
-- depends_on: {{ ref('ratebook', 'int_ledger_line_items') }}
-- depends_on: {{ ref('ratebook', 'int_ledger_lines') }}
{%- endif %}
-- Otherwise a partner is paid for a line twice, never, or before it is final.
with payouts as (
    select
        partner_id,
        currency,
        payout_month,
        'FINALIZED' as status,
        line_count,
        gross_amount,
        share_amount,
        net_amount
    from {{ ref('ratebook', 'partner_payouts') }}
    union all
    select
        partner_id,
        currency,
        payout_month,
        'DRAFT' as status,
        draft_line_count as line_count,
        draft_gross_amount as gross_amount,
        draft_share_amount as share_amount,
        draft_net_amount as net_amount
    from {{ ref('ratebook', 'partner_payouts') }}
),

{% if ratebook.counts_documents() -%}
lines as (
    select
        line_shares.partner_id,
        line_shares.currency,
        line_shares.payout_month,
        case
            when ledger_lines.nominal_end_date > {{ ratebook.ledger_books_from() }} then 'DRAFT'
            else line_shares.status
        end as status,
        line_shares.gross_amount,
        line_shares.share_amount
    from {{ ref('ratebook', 'partner_line_shares') }} as line_shares
    left join {{ ref('ratebook', 'int_ledger_line_items') }} as ledger_lines
        on line_shares.line_item_id = ledger_lines.line_item_id
    left join {{ ref('ratebook', 'int_ledger_lines') }} as lines_to_freeze
        on line_shares.line_item_id = lines_to_freeze.line_item_id
    where
        ledger_lines.line_item_id is null
        or (
            lines_to_freeze.line_item_id is not null
            {%- if var('ratebook_close') %}
            and not lines_to_freeze.is_candidate
            {%- endif %}
        )
    union all
    select
        document_rows.partner_id,
        document_rows.currency,
        cast(date_trunc('month', documents.document_date) as date) as payout_month,
        'FINALIZED' as status,
        document_rows.amount as gross_amount,
        coalesce(document_rows.partner_share_amount, 0) as share_amount
    from {{ ref('ratebook', 'document_rows') }} as document_rows
    inner join {{ ref('ratebook', 'documents') }} as documents
        on document_rows.document_id = documents.document_id
    where document_rows.partner_id is not null
),

{% else -%}
lines as (
    select * from {{ ref('ratebook', 'partner_line_shares') }}
),

{% endif -%}
sums as (
    select
        partner_id,
        currency,
        payout_month,
        status,
        count(*) as line_count,
        sum(gross_amount) as gross_amount,
        sum(share_amount) as share_amount,
        sum(gross_amount - share_amount) as net_amount
    from lines
    group by partner_id, currency, payout_month, status
)

select
    coalesce(payouts.partner_id, sums.partner_id) as partner_id,
    coalesce(payouts.payout_month, sums.payout_month) as payout_month,
    payouts.share_amount,
    sums.share_amount as share_amount_of_lines
from payouts
full outer join sums
    on
        payouts.partner_id = sums.partner_id
        and payouts.currency = sums.currency
        and payouts.payout_month = sums.payout_month
        and payouts.status = sums.status
where
    coalesce(payouts.line_count, 0) != coalesce(sums.line_count, 0)
    or coalesce(payouts.gross_amount, 0) != coalesce(sums.gross_amount, 0)
    or coalesce(payouts.share_amount, 0) != coalesce(sums.share_amount, 0)
    or coalesce(payouts.net_amount, 0) != coalesce(sums.net_amount, 0)
