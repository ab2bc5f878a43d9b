{%- set columns = ratebook.ledger_line_columns() + ['invoice_id'] -%}
{{ config(enabled=ratebook.has_feature('ledger')) }}

-- The keys of the ledger with a difference. A key is described as it is now, else as it was last
-- said.
with keys as (
    select * from {{ ref('ratebook', 'int_ledger_keys') }}
    where difference != 0
),

-- Of their contracts only: no other key is worked out.
lines as (
    select
        line_items.*,
        {{ ratebook.ledger_key('line_items') }} as ledger_key
    from {{ ref('ratebook', 'int_ledger_line_items') }} as line_items
    where line_items.contract_id in (select keys.contract_id from keys)
),

descriptions as (
    select
        lines.ledger_key,
        lines.{{ columns | join(',\n        lines.') }},
        lines.line_item_id,
        cast(null as bigint) as document_position,
        cast(null as bigint) as row_number
    from keys
    inner join lines
        on keys.ledger_key = lines.ledger_key
    union all
    select
        ledger.ledger_key,
        ledger.{{ columns | join(',\n        ledger.') }},
        ledger.line_item_id,
        ledger.document_position,
        ledger.row_number
    from keys
    inner join {{ ref('ratebook', 'int_ledger_said') }} as ledger
        on keys.ledger_key = ledger.ledger_key
),

ranked as (
    select
        *,
        row_number() over (
            partition by ledger_key
            order by
                document_position desc nulls first, row_number desc nulls first, line_item_id asc
        ) as choice
    from descriptions
),

described as (
    select
        keys.*,
        ranked.{{ columns | join(',\n        ranked.') }}
    from keys
    inner join ranked
        on
            keys.ledger_key = ranked.ledger_key
            and ranked.choice = 1
),

withheld as (
    select distinct described.ledger_key
    from described
    inner join {{ ref('ratebook', 'int_ledger_withheld') }} as withheld
        on
            described.contract_id = withheld.contract_id
            and (
                withheld.lineage_id is null
                or (
                    described.lineage_id = withheld.lineage_id
                    and described.started_at < withheld.ineffective_at
                    and described.ended_at > withheld.effective_at
                )
            )
    where described.is_frozen
)

select
    described.*, -- noqa: AM04
    case
        when holds.contract_id is not null then 'WAITING'
        when withheld.ledger_key is not null or (described.is_frozen and described.is_draft)
            then 'WAITING'
        -- What is still owed of a cancelled document.
        when
            described.cancelled_amount > 0
            and described.now_amount - described.said_amount > described.candidate_amount
            then 'WAITING'
        when
            described.cancelled_amount < 0
            and described.now_amount - described.said_amount < described.candidate_amount
            then 'WAITING'
        else 'OPEN'
    end as state
from described
left join withheld
    on described.ledger_key = withheld.ledger_key
left join {{ ref('ratebook', 'int_ledger_holds') }} as holds
    on
        described.contract_id = holds.contract_id
        and described.customer_id = holds.customer_id
