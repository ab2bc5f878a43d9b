{{ config(enabled=ratebook.has_feature('ledger')) }}

-- What is withheld and so must not be credited: contracts as a whole, and prices for a time. Nobody
-- can say what is owed for it before its rows are put right.
with contract_rows as (
    select * from {{ ref('ratebook', 'int_contract_rows') }}
    where configuration_set = {{ ratebook.public_rating_set() }}
),

withholding as (
    select reason
    from {{ ref('ratebook', 'int_reasons') }}
    where effect = 'NOT_BILLED'
),

reported as (
    select reasons.id
    from {{ ref('ratebook', 'int_reasons_by_row') }} as reasons
    left join withholding
        on reasons.reason = withholding.reason
    where
        reasons.input = 'contracts'
        and not coalesce(reasons.is_billed, withholding.reason is null)
),

withheld as (
    select distinct
        contract_rows.contract_id,
        cast(null as varchar) as lineage_id,
        cast(null as timestamp) as effective_at,
        cast(null as timestamp) as ineffective_at
    from contract_rows
    left join reported
        on contract_rows.source_id = reported.id
    where contract_rows.is_unreadable or reported.id is not null
    union all
    select
        contract_id,
        lineage_id,
        effective_at,
        ineffective_at
    from {{ ref('ratebook', 'int_prices') }}
    where rating_set = {{ ratebook.public_rating_set() }} and not is_billable
)

-- A contract without prices has one name without a lineage.
select distinct
    coalesce(ledger_names.ledger_contract_id, withheld.contract_id) as contract_id,
    case
        when withheld.lineage_id is not null
            then coalesce(ledger_names.ledger_lineage_id, withheld.lineage_id)
    end as lineage_id,
    withheld.effective_at,
    withheld.ineffective_at
from withheld
left join {{ ref('ratebook', 'int_ledger_names') }} as ledger_names
    on
        withheld.contract_id = ledger_names.contract_id
        and (withheld.lineage_id is null or withheld.lineage_id = ledger_names.lineage_id)
