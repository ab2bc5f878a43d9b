-- Contracts of one customer that rate the same usage of one product: it is billed twice, and needs
-- a look.
with totals as (
    select * from {{ ref('ratebook', 'int_usage_totals') }}
    where metering_window_number is not null
),

window_spans as (
    select * from {{ ref('ratebook', 'int_metering_window_spans') }}
),

shared_windows as (
    select
        rating_set,
        metering_window_number,
        product_uid
    from window_spans
    group by rating_set, metering_window_number, product_uid
    having min(contract_id) != max(contract_id)
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
    || min(window_spans.product_uid) as detail
from totals
inner join shared_windows
    on
        totals.rating_set = shared_windows.rating_set
        and totals.metering_window_number = shared_windows.metering_window_number
        and totals.rated_product_uid = shared_windows.product_uid
inner join window_spans
    on
        shared_windows.rating_set = window_spans.rating_set
        and shared_windows.metering_window_number = window_spans.metering_window_number
        and shared_windows.product_uid = window_spans.product_uid
inner join contract_windows
    on
        window_spans.rating_set = contract_windows.rating_set
        and window_spans.contract_id = contract_windows.contract_id
        and totals.last_metered_at >= contract_windows.effective_at
        and totals.first_metered_at < contract_windows.ineffective_at
group by contract_windows.rating_set, contract_windows.contract_uid
