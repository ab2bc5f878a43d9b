-- Renewals that a contract row asks for, but that are impossible.
with contract_rows as (
    select * from {{ ref('ratebook', 'int_contract_rows') }}
    where auto_renew
)

select
    rating_set,
    'contracts' as input,
    contract_uid as id,
    'RENEWAL_WITHOUT_END' as reason,
    'auto_renew without ended_at: the contract is open, and its prices never rise' as detail
from contract_rows
where ended_at is null
union all
select
    rating_set,
    'contracts' as input,
    contract_uid as id,
    'BAD_RENEWAL_TERM' as reason,
    'renewal_term_months is ' || cast(renewal_term_months as varchar)
    || ': it does not renew' as detail
from contract_rows
where renewal_term_months not between 1 and 1200
union all
select
    rating_set,
    'contracts' as input,
    contract_uid as id,
    'OUT_OF_RANGE' as reason,
    'renewal_uplift_percent is ' || {{ ratebook.text_of_decimal('renewal_uplift_percent') }}
    || ': it does not renew' as detail
from contract_rows
where
    renewal_uplift_percent is not null
    and {{ ratebook.renewal_uplift('renewal_uplift_percent') }} is null
