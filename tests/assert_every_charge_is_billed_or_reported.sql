{{ config(group='engine') }}

-- Otherwise a charge that does not fit its type is neither invoiced nor reported.
with charges as (
    select * from {{ ref('ratebook', 'int_charges') }}
),

billed as (
    select * from {{ ref('ratebook', 'int_line_items') }}
    where line_type != 'minimum_true_up'
),

spans as (
    select * from {{ ref('ratebook', 'int_price_spans') }}
),

reported as (
    select * from {{ ref('ratebook', 'int_price_exceptions') }}
    where reason = 'OUT_OF_RANGE'
)

select
    charges.rating_set,
    charges.span_id,
    charges.cell_id,
    charges.line_type
from charges
inner join spans
    on
        charges.rating_set = spans.rating_set
        and charges.span_id = spans.span_id
left join billed
    on
        charges.rating_set = billed.rating_set
        and charges.span_id = billed.span_id
        and charges.cell_id is not distinct from billed.cell_id
        and charges.line_type = billed.line_type
left join reported
    on
        spans.rating_set = reported.rating_set
        and coalesce(spans.contract_price_uid, spans.list_price_uid) = reported.id
        and reported.input
        = case when spans.contract_price_uid is null then 'list_prices' else 'contract_prices' end
where billed.line_item_id is null and reported.id is null
