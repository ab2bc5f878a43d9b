-- Contracts of one customer that rate the same usage of one product: billed twice, and worth a
-- look.
with totals as (
    select * from {{ ref('ratebook', 'int_usage_totals') }}
    where has_several_contracts and span_id is not null
),

spans as (
    select * from {{ ref('ratebook', 'int_price_spans') }}
),

contract_windows as (
    select * from {{ ref('ratebook', 'int_contract_windows') }}
    where is_in_effect
)

select
    contract_windows.rating_set,
    'contracts' as input,
    contract_windows.contract_uid as id,
    'MULTIPLE_CONTRACTS' as reason,
    'another contract of the customer rates the same usage of product '
    || min(spans.product_uid) as detail
from totals
inner join spans
    on
        totals.rating_set = spans.rating_set
        and totals.span_id = spans.span_id
inner join contract_windows
    on
        spans.rating_set = contract_windows.rating_set
        and spans.contract_id = contract_windows.contract_id
        and totals.last_metered_at >= contract_windows.effective_at
        and totals.first_metered_at < contract_windows.ineffective_at
group by contract_windows.rating_set, contract_windows.contract_uid
