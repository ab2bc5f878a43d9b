{{ config(enabled=ratebook.has_feature('ledger'), materialized='view') }}

-- The rows of ledger_opening in force, under the names that the ledger has for their contracts.
with names as (
    select distinct
        contract_id,
        ledger_contract_id
    from {{ ref('ratebook', 'int_ledger_names') }}
)

select
    rows_in_force.version,
    rows_in_force.is_unreadable,
    openings.row_id,
    openings.id,
    coalesce(names.ledger_contract_id, openings.contract_id) as contract_id,
    openings.product_uid,
    openings.line_type,
    openings.cell_id,
    openings.payer_id,
    openings.document_number,
    openings.currency,
    cast({{ ratebook.local_timestamp('openings.nominal_start_date') }} as date)
        as nominal_start_date,
    {{ ratebook.decimal_within('openings.net_amount', 12, 8) }} as net_amount,
    {{ ratebook.surrogate_key(
        ['openings.document_number', 'openings.currency', 'openings.payer_id'], ["'OPENING'"]
    ) }} as document_id
from {{ ref('ratebook', 'stg_ledger_opening') }} as openings
inner join {{ ref('ratebook', 'int_configuration_rows') }} as rows_in_force
    on
        openings.row_id = rows_in_force.row_id
        and rows_in_force.input = 'ledger_opening'
        and rows_in_force.rating_set = {{ ratebook.public_rating_set() }}
        and rows_in_force.is_in_force
left join names
    on openings.contract_id = names.contract_id
