{{ config(enabled=ratebook.has_feature('ledger')) }}

-- What is on hold at the as-of time: contracts, each with a customer who pays for them. A hold that
-- names a contract and a customer is on this contract of this customer only.
with names as (
    select distinct
        contract_id,
        ledger_contract_id
    from {{ ref('ratebook', 'int_ledger_names') }}
),

holds as (
    select
        coalesce(names.ledger_contract_id, holds.contract_id) as contract_id,
        holds.customer_id
    from {{ ref('ratebook', 'stg_invoice_holds') }} as holds
    inner join {{ ref('ratebook', 'int_configuration_rows') }} as rows_in_force
        on
            holds.row_id = rows_in_force.row_id
            and rows_in_force.input = 'invoice_holds'
            and rows_in_force.rating_set = {{ ratebook.public_rating_set() }}
            and rows_in_force.is_in_force
    left join names
        on holds.contract_id = names.contract_id
    where
        coalesce(holds.contract_id, holds.customer_id) is not null
        and coalesce(holds.held_from, {{ ratebook.beginning_of_time() }}) <= {{ ratebook.as_of() }}
        and {{ ratebook.as_of() }} < coalesce(holds.held_to, {{ ratebook.end_of_time() }})
),

-- Without holds nothing is read.
billed as (
    select
        contract_id,
        customer_id
    from {{ ref('ratebook', 'int_ledger_line_items') }}
    where exists (select 1 from holds)
    union
    select
        contract_id,
        customer_id
    from {{ ref('ratebook', 'int_ledger_before') }}
    where exists (select 1 from holds)
)

select distinct
    billed.contract_id,
    billed.customer_id
from billed
inner join holds
    on
        (holds.contract_id is null or billed.contract_id = holds.contract_id)
        and (holds.customer_id is null or billed.customer_id = holds.customer_id)
