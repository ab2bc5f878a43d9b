-- Renewals that a contract row asks for, but that are impossible, and contract prices that end with
-- the term of a contract that renews, without saying whether they should.
with contract_rows as (
    select * from {{ ref('ratebook', 'int_contract_rows') }}
    where auto_renew
),

prices as (
    select * from {{ ref('ratebook', 'int_prices') }}
    where is_billable and renewal_number = 0 and invoice_delivery != 'ONE_TIME'
),

price_bounds as (
    select * from {{ ref('ratebook', 'int_contract_price_bounds') }}
    where renews is null and not is_followed
)

select
    rating_set,
    'contracts' as input,
    contract_uid as id,
    'RENEWAL_WITHOUT_END' as reason,
    'ended_at' as column_name,
    'auto_renew without ended_at: the contract is open-ended, and its prices never rise' as detail
from contract_rows
where ended_at is null
union all
select
    rating_set,
    'contracts' as input,
    contract_uid as id,
    'BAD_RENEWAL_TERM' as reason,
    'renewal_term_months' as column_name,
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
    'renewal_uplift_percent' as column_name,
    'renewal_uplift_percent is ' || {{ ratebook.text_of_decimal('renewal_uplift_percent') }}
    || ': it does not renew' as detail
from contract_rows
where
    renewal_uplift_percent is not null
    and {{ ratebook.renewal_uplift('renewal_uplift_percent') }} is null
union all
select distinct
    prices.rating_set,
    'contract_prices' as input,
    prices.contract_price_uid as id,
    'ENDS_WITH_TERM' as reason,
    'renews' as column_name,
    'it ends with the term, at ' || {{ ratebook.text_of_instant('prices.ineffective_at') }}
    || ', and the contract renews' as detail
from prices
inner join price_bounds
    on
        prices.rating_set = price_bounds.rating_set
        and prices.contract_id = price_bounds.contract_id
        and prices.contract_price_uid = price_bounds.contract_price_uid
        and prices.phase_anchor = price_bounds.phase_anchor
        and prices.ineffective_at = price_bounds.own_end_at
where prices.ineffective_at = prices.renews_at
