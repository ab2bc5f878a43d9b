{{ config(enabled=ratebook.has_feature('ledger')) }}
-- Otherwise a cent was said that nobody owes, or is owed and will never be said.
select
    contract_id,
    currency,
    unexplained_amount
from {{ ref('ratebook', 'ledger_reconciliation') }}
where unexplained_amount != 0
