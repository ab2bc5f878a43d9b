-- Contracts of one customer that rate the same usage of one product: it is billed twice, and needs
-- a look.
with usage_of_spans as (
    select
        span_usage.rating_set,
        span_usage.metering_window_number,
        span_usage.product_uid,
        span_usage.cell_key,
        span_usage.metered_from,
        spans.contract_id
    from {{ ref('ratebook', 'int_usage_of_spans') }} as span_usage
    inner join {{ ref('ratebook', 'int_price_spans') }} as spans
        on
            span_usage.rating_set = spans.rating_set
            and span_usage.span_id = spans.span_id
    where span_usage.is_without_cell is not true
),

shared_usage as (
    select
        rating_set,
        metering_window_number,
        product_uid,
        cell_key
    from usage_of_spans
    group by rating_set, metering_window_number, product_uid, cell_key
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
    || min(usage_of_spans.product_uid) as detail
from usage_of_spans
inner join shared_usage
    on
        usage_of_spans.rating_set = shared_usage.rating_set
        and usage_of_spans.metering_window_number = shared_usage.metering_window_number
        and usage_of_spans.product_uid = shared_usage.product_uid
        and usage_of_spans.cell_key is not distinct from shared_usage.cell_key
inner join contract_windows
    on
        usage_of_spans.rating_set = contract_windows.rating_set
        and usage_of_spans.contract_id = contract_windows.contract_id
        and usage_of_spans.metered_from >= contract_windows.effective_at
        and usage_of_spans.metered_from < contract_windows.ineffective_at
group by contract_windows.rating_set, contract_windows.contract_uid
