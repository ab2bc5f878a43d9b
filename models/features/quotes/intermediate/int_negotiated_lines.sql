{{ config(enabled=ratebook.has_feature('quotes')) }}

-- The lines of prices that a quote negotiates, each with the same line at list prices and at the
-- floor. Without such a line at list prices, or without quantity, only the price of a unit says
-- what the quote gives away.
with quotes as (
    select * from {{ ref('ratebook', 'int_quote_states') }}
    where not is_rejected
),

rows_in_force as (
    select * from {{ ref('ratebook', 'int_configuration_rows') }}
    where is_in_force and rating_set = {{ ratebook.public_rating_set() }}
),

pricebooks as (
    select
        pricebooks.id,
        {{ ratebook.decimal_within('pricebooks.maximum_discount_percent', 3, 4, 0, 100) }}
            as maximum_discount_percent
    from {{ ref('ratebook', 'stg_pricebooks') }} as pricebooks
    inner join rows_in_force
        on
            pricebooks.row_id = rows_in_force.row_id
            and rows_in_force.input = 'pricebooks'
),

list_prices as (
    select
        list_prices.id,
        {{ ratebook.decimal_within('list_prices.floor_price', 8, 10) }} as floor_price
    from {{ ref('ratebook', 'stg_list_prices') }} as list_prices
    inner join rows_in_force
        on
            list_prices.row_id = rows_in_force.row_id
            and rows_in_force.input = 'list_prices'
),

prices as (
    select
        prices.*,
        -- Wide enough for every price: the product of two 18-digit decimals has only 18 digits.
        -- Prices for different numbers of units are compared crosswise.
        cast(prices.price as decimal(38, 10))
        * (100 - coalesce(prices.discount_percent, 0))
        * prices.list_price_per as hundred_times_price
    from {{ ref('ratebook', 'int_prices') }} as prices
    inner join quotes
        on prices.rating_set = quotes.quote_set
    where prices.is_billable
),

-- What a line is worth, exactly: its amount before rounding, unless a maximum cut it.
line_items as (
    select
        rating_set,
        span_id,
        contract_uid,
        lineage_id,
        line_type,
        effective_at,
        ineffective_at,
        quantity,
        {{ ratebook.quantity_numerator('quantity') }}
        * case when prorate and line_type = 'fixed' then prorated_days else 1 end as numerator,
        case when prorate and line_type = 'fixed' then period_days else 1 end as divisor,
        case
            when limit_amount is null then amount_unrounded
            else cast(amount as decimal(38, 20))
        end as worth
    from {{ ref('ratebook', 'int_line_items') }}
    where line_type != 'minimum_true_up'
)

select
    quoted.rating_set,
    quoted.span_id,
    quoted.line_type,
    prices.contract_price_uid,
    prices.list_price,
    prices.list_charge_model,
    prices.hundred_times_price,
    prices.price_per,
    pricebooks.maximum_discount_percent,
    list_prices.floor_price,
    quoted.quantity,
    quoted.worth,
    case when quoted.quantity != 0 then listed.worth end as list_worth,
    {{ ratebook.exact_amount(
        'list_prices.floor_price', 'quoted.numerator', '(quoted.divisor * prices.list_price_per)'
    ) }} as floor_worth
from line_items as quoted
inner join quotes
    on quoted.rating_set = quotes.quote_set
inner join {{ ref('ratebook', 'int_price_spans') }} as spans
    on
        quoted.rating_set = spans.rating_set
        and quoted.span_id = spans.span_id
inner join prices
    on
        spans.rating_set = prices.rating_set
        and spans.price_id = prices.price_id
        and prices.contract_price_uid is not null
inner join list_prices
    on prices.list_price_uid = list_prices.id
left join pricebooks
    on prices.pricebook_uid = pricebooks.id
left join line_items as listed
    on
        quotes.list_set = listed.rating_set
        and quoted.contract_uid = listed.contract_uid
        and quoted.lineage_id = listed.lineage_id
        and quoted.line_type = listed.line_type
        and quoted.effective_at = listed.effective_at
        and quoted.ineffective_at = listed.ineffective_at
