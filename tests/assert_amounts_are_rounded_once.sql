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
        -- Cells that share their tiers are rounded together.
        case when not charges.is_part then charges.cell_id end as cell_id,
        charges.line_type,
        sum(charges.amount_unrounded) as amount_unrounded,
        sum(charges.amount) as amount,
        coalesce(currencies.minor_units, 2) as minor_units,
        charges.is_part
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
    group by 1, 2, 3, 4, 7, 8
)

select *
from with_currency
where
    -- Parts are cut after 20 decimals.
    amount is distinct from {{ ratebook.round_money(
        'amount_unrounded + case when is_part then sign(amount_unrounded) else 0 end'
        ~ ' * cast(0.000000000000001 as decimal(16, 15))', 'minor_units'
    ) }}
