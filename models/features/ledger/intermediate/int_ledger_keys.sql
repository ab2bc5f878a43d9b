{%- set columns = ratebook.ledger_line_columns() + ['invoice_id'] -%}
{{ config(enabled=ratebook.has_feature('ledger')) }}

-- One row per key of the ledger that this build owes or that was said: what is owed now, what was
-- said, and what the candidates of the next closes will say. The rest is the difference, for keys
-- that are frozen or whose invoice is.
with lines as (
    select
        *,
        values_text as cell_values
    from {{ ref('ratebook', 'int_ledger_lines') }}
),

ledger as (
    select * from {{ ref('ratebook', 'int_ledger_said') }}
),

draft_invoices as (
    select distinct
        invoice_id,
        customer_id
    from lines
    where status = 'DRAFT' or is_postponed
),

described as (
    select
        ledger_key,
        contract_id,
        customer_id,
        currency,
        {%- for column in columns %}
        {{ column }},
        {%- endfor %}
        case when status = 'FINALIZED' then amount else 0 end as now_amount,
        case when is_candidate or is_postponed then amount else 0 end as candidate_amount,
        cast(0 as decimal(28, 8)) as said_amount,
        cast(0 as decimal(28, 8)) as cancelled_amount,
        status = 'DRAFT' or is_postponed as is_draft,
        is_of_frozen_invoice,
        false as is_frozen,
        line_item_id,
        cast(null as bigint) as document_position,
        cast(null as bigint) as row_number
    from lines
    union all
    select
        ledger.ledger_key,
        ledger.contract_id,
        ledger.customer_id,
        ledger.currency,
        {%- for column in columns %}
        ledger.{{ column }},
        {%- endfor %}
        0 as now_amount,
        0 as candidate_amount,
        ledger.amount as said_amount,
        case when ledger.correction_kind = 'CANCEL' then -ledger.amount else 0 end
            as cancelled_amount,
        draft_invoices.invoice_id is not null as is_draft,
        false as is_of_frozen_invoice,
        true as is_frozen,
        ledger.line_item_id,
        ledger.document_position,
        ledger.row_number
    from ledger
    left join draft_invoices
        on
            ledger.invoice_id = draft_invoices.invoice_id
            and ledger.customer_id = draft_invoices.customer_id
),

-- A key is described as it is now, else as it was last said.
ranked as (
    select
        *,
        row_number() over (
            partition by ledger_key
            order by
                document_position desc nulls first, row_number desc nulls first, line_item_id asc
        ) as choice
    from described
),

keys as (
    select
        ledger_key,
        contract_id,
        customer_id,
        currency,
        {%- for column in columns %}
        max(case when choice = 1 then {{ column }} end) as {{ column }},
        {%- endfor %}
        cast(sum(now_amount) as decimal(28, 8)) as now_amount,
        cast(sum(candidate_amount) as decimal(28, 8)) as candidate_amount,
        cast(sum(said_amount) as decimal(28, 8)) as said_amount,
        cast(sum(cancelled_amount) as decimal(28, 8)) as cancelled_amount,
        max(case when is_draft then 1 else 0 end) = 1 as is_draft,
        max(case when is_frozen then 1 else 0 end) = 1 as is_frozen,
        max(case when is_frozen or is_of_frozen_invoice then 1 else 0 end) = 1 as is_compared
    from ranked
    group by ledger_key, contract_id, customer_id, currency
),

withheld as (
    select distinct keys.ledger_key
    from keys
    inner join {{ ref('ratebook', 'int_ledger_withheld') }} as withheld
        on
            keys.contract_id = withheld.contract_id
            and (
                withheld.lineage_id is null
                or (
                    keys.lineage_id = withheld.lineage_id
                    and keys.started_at < withheld.ineffective_at
                    and keys.ended_at > withheld.effective_at
                )
            )
    where keys.is_frozen
)

select
    keys.*,
    case
        when keys.is_compared
            then keys.now_amount - keys.said_amount - keys.candidate_amount
        else 0
    end as difference,
    case
        when holds.contract_id is not null then 'WAITING'
        when withheld.ledger_key is not null or (keys.is_frozen and keys.is_draft) then 'WAITING'
        -- What is still owed of a cancelled document.
        when
            keys.cancelled_amount > 0
            and keys.now_amount - keys.said_amount > keys.candidate_amount
            then 'WAITING'
        when
            keys.cancelled_amount < 0
            and keys.now_amount - keys.said_amount < keys.candidate_amount
            then 'WAITING'
        else 'OPEN'
    end as state
from keys
left join withheld
    on keys.ledger_key = withheld.ledger_key
left join {{ ref('ratebook', 'int_ledger_holds') }} as holds
    on
        keys.contract_id = holds.contract_id
        and keys.customer_id = holds.customer_id
