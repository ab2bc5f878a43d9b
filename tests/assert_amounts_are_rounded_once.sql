{{ config(group='engine') }}

-- Otherwise the amount of a line does not match its explanation: it is rounded twice, not at
-- all, or to the decimals of another currency.
with charges as (
    select * from {{ ref('ratebook', 'int_charges_limited') }}
),

spans as (
    select * from {{ ref('ratebook', 'int_price_spans') }}
),

prices as (
    select * from {{ ref('ratebook', 'int_prices') }}
),

currencies as (
    select * from {{ ref('ratebook', 'int_currencies') }}
),

with_currency as (
    select
        charges.rating_set,
        charges.span_id,
        charges.line_type,
        charges.amount_unrounded,
        charges.amount,
        coalesce(currencies.minor_units, 2) as minor_units
    from charges
    inner join spans
        on
            charges.rating_set = spans.rating_set
            and charges.span_id = spans.span_id
    inner join prices
        on
            spans.rating_set = prices.rating_set
            and spans.price_id = prices.price_id
    left join currencies
        on
            prices.rating_set = currencies.rating_set
            and prices.currency = currencies.currency
)

select *
from with_currency
where amount is distinct from {{ ratebook.round_money('amount_unrounded', 'minor_units') }}
