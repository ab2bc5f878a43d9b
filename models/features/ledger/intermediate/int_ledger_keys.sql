{{ config(enabled=ratebook.has_feature('ledger')) }}

-- The keys of the ledger of which not everything was said as it is now: what is owed now, what was
-- said, and what the candidates of the next closes will say. The rest is the difference, for keys
-- that are frozen or whose invoice is. The share of a partner in each is compared in the same way.
with draft_invoices as (
    select
        invoice_id,
        customer_id
    from {{ ref('ratebook', 'int_ledger_line_items') }}
    where status = 'DRAFT'
    union
    select
        invoice_id,
        customer_id
    from {{ ref('ratebook', 'int_ledger_lines') }}
    where is_postponed
),

amounts as (
    select
        {{ ratebook.ledger_key('line_items') }} as ledger_key,
        line_items.contract_id,
        line_items.customer_id,
        line_items.currency,
        case when line_items.status = 'FINALIZED' then line_items.amount else 0 end as now_amount,
        0 as candidate_amount,
        0 as said_amount,
        0 as cancelled_amount,
        case
            when line_items.status = 'FINALIZED' then coalesce(line_items.partner_share_amount, 0)
            else 0
        end as now_share,
        0 as candidate_share,
        0 as said_share,
        line_items.status = 'DRAFT' as is_draft,
        false as is_frozen,
        frozen_invoices.invoice_id is not null as is_compared
    from {{ ref('ratebook', 'int_ledger_line_items') }} as line_items
    left join {{ ref('ratebook', 'int_ledger_frozen_invoices') }} as frozen_invoices
        on
            line_items.invoice_id = frozen_invoices.invoice_id
            and line_items.customer_id = frozen_invoices.customer_id
    union all
    select
        ledger_key,
        contract_id,
        customer_id,
        currency,
        0 as now_amount,
        amount as candidate_amount,
        0 as said_amount,
        0 as cancelled_amount,
        0 as now_share,
        coalesce(partner_share_amount, 0) as candidate_share,
        0 as said_share,
        is_postponed as is_draft,
        false as is_frozen,
        false as is_compared
    from {{ ref('ratebook', 'int_ledger_lines') }}
    where is_candidate or is_postponed
    union all
    select
        ledger.ledger_key,
        ledger.contract_id,
        ledger.customer_id,
        ledger.currency,
        0 as now_amount,
        0 as candidate_amount,
        ledger.amount as said_amount,
        case when ledger.correction_kind = 'CANCEL' then -ledger.amount else 0 end
            as cancelled_amount,
        0 as now_share,
        0 as candidate_share,
        coalesce(ledger.partner_share_amount, 0) as said_share,
        draft_invoices.invoice_id is not null as is_draft,
        true as is_frozen,
        true as is_compared
    from {{ ref('ratebook', 'int_ledger_said') }} as ledger
    left join draft_invoices
        on
            ledger.invoice_id = draft_invoices.invoice_id
            and ledger.customer_id = draft_invoices.customer_id
),

keys as (
    select
        ledger_key,
        contract_id,
        customer_id,
        currency,
        {%- for column in ['now', 'candidate', 'said', 'cancelled'] %}
        cast(sum({{ column }}_amount) as decimal(28, 8)) as {{ column }}_amount,
        {%- endfor %}
        cast(sum(now_share) as decimal(28, 8)) as now_share,
        cast(sum(now_share - candidate_share - said_share) as decimal(28, 8)) as share_difference,
        max(case when is_draft then 1 else 0 end) = 1 as is_draft,
        max(case when is_frozen then 1 else 0 end) = 1 as is_frozen,
        max(case when is_compared then 1 else 0 end) = 1 as is_compared
    from amounts
    group by ledger_key, contract_id, customer_id, currency
),

compared as (
    select
        *,
        case when is_compared then now_amount - said_amount - candidate_amount else 0 end
            as difference
    from keys
)

select * from compared
where not is_compared or difference != 0 or candidate_amount != 0
