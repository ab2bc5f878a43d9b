{{ config(enabled=ratebook.has_feature('quotes')) }}

-- The usage that a quote assumes for a billing period, on the span that meters it: the first, or
-- the last for aggregations that give one value per period.
with spans as (
    select * from {{ ref('ratebook', 'int_price_spans') }}
    where product_type = 'EVENT' and rating_set != configuration_set
),

meters as (
    select * from {{ ref('ratebook', 'int_meters') }}
    where rating_set = {{ ratebook.public_rating_set() }}
),

quote_contracts as (
    select * from {{ ref('ratebook', 'int_quote_contracts') }}
),

assumptions as (
    select * from {{ ref('ratebook', 'int_quote_usage') }}
    where quantity is not null
),

metering_spans as (
    select
        spans.rating_set,
        spans.span_id,
        spans.product_uid,
        spans.nominal_start_date,
        quote_contracts.quote_id
    from spans
    inner join meters
        on spans.product_uid = meters.product_uid
    inner join quote_contracts
        on
            spans.rating_set = quote_contracts.rating_set
            and spans.contract_uid = quote_contracts.contract_uid
    where
        case
            when meters.aggregation in ('MAX', 'UNIQUE_COUNT', 'LATEST') then spans.is_last_span
            else spans.span_number = 1
        end
),

-- A row that names the period takes precedence over those that name none.
matched as (
    select
        metering_spans.rating_set,
        metering_spans.span_id,
        assumptions.nominal_start_date is not null as is_of_period,
        sum(assumptions.quantity) as quantity
    from metering_spans
    inner join assumptions
        on
            metering_spans.quote_id = assumptions.quote_id
            and metering_spans.product_uid = assumptions.product_uid
            and metering_spans.nominal_start_date
            = coalesce(assumptions.nominal_start_date, metering_spans.nominal_start_date)
    group by 1, 2, 3
),

ranked as (
    select
        *,
        row_number() over (
            partition by rating_set, span_id
            order by case when is_of_period then 1 else 2 end
        ) as choice
    from matched
)

select
    rating_set,
    span_id,
    quantity
from ranked
where choice = 1
