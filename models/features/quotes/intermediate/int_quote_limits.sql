{{ config(enabled=ratebook.has_feature('quotes')) }}

-- The limits of a quote's pricebook that the quote violates.
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
        pricebooks.minimum_term_months,
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
        list_prices.pricebook_uid,
        list_prices.product_uid,
        list_prices.is_required,
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
        cast(prices.price as decimal(38, 10))
        * (100 - coalesce(prices.discount_percent, 0)) as hundred_times_price
    from {{ ref('ratebook', 'int_prices') }} as prices
    inner join quotes
        on prices.rating_set = quotes.quote_set
    where prices.is_billable
),

sold as (
    select distinct
        spans.rating_set,
        spans.product_uid
    from {{ ref('ratebook', 'int_price_spans') }} as spans
    inner join prices
        on
            spans.rating_set = prices.rating_set
            and spans.price_id = prices.price_id
    where prices.product_type = 'EVENT' or prices.fixed_quantity != 0
),

pricebooks_in_force as (
    select distinct
        quotes.quote_set,
        contract_pricebooks.pricebook_uid
    from quotes
    inner join {{ ref('ratebook', 'int_contract_pricebooks') }} as contract_pricebooks
        on quotes.quote_set = contract_pricebooks.rating_set
)

select
    prices.rating_set,
    'contract_prices' as input,
    prices.contract_price_uid as id,
    'DISCOUNT_ABOVE_LIMIT' as reason,
    'more than ' || {{ ratebook.text_of_decimal('pricebooks.maximum_discount_percent') }}
    || '% off ' || {{ ratebook.text_of_decimal('prices.list_price') }} as detail
from prices
inner join pricebooks
    on prices.pricebook_uid = pricebooks.id
where
    prices.contract_price_uid is not null
    and prices.list_charge_model = 'FLAT'
    and prices.hundred_times_price
    < cast(prices.list_price as decimal(38, 10)) * (100 - pricebooks.maximum_discount_percent)
union all
select
    prices.rating_set,
    'contract_prices' as input,
    prices.contract_price_uid as id,
    'PRICE_BELOW_FLOOR' as reason,
    'below ' || {{ ratebook.text_of_decimal('list_prices.floor_price') }} as detail
from prices
inner join list_prices
    on prices.list_price_uid = list_prices.id
where
    prices.contract_price_uid is not null
    and prices.hundred_times_price < 100 * cast(list_prices.floor_price as decimal(38, 10))
union all
select
    quotes.quote_set as rating_set,
    'contracts' as input,
    quotes.quote_set as id,
    'MISSING_REQUIRED_PRODUCT' as reason,
    'it does not sell product ' || min(list_prices.product_uid) as detail
from quotes
inner join pricebooks_in_force
    on quotes.quote_set = pricebooks_in_force.quote_set
inner join list_prices
    on
        pricebooks_in_force.pricebook_uid = list_prices.pricebook_uid
        and coalesce(list_prices.is_required, false)
left join sold
    on
        quotes.quote_set = sold.rating_set
        and list_prices.product_uid = sold.product_uid
where sold.product_uid is null
group by quotes.quote_set
union all
select
    quotes.quote_set as rating_set,
    'contracts' as input,
    quotes.quote_set as id,
    'TERM_TOO_SHORT' as reason,
    'the pricebook asks for ' || cast(max(pricebooks.minimum_term_months) as varchar) || ' months'
        as detail
from quotes
inner join pricebooks_in_force
    on quotes.quote_set = pricebooks_in_force.quote_set
inner join pricebooks
    on pricebooks_in_force.pricebook_uid = pricebooks.id
where
    quotes.ended_at < {{ ratebook.local_midnight(
        ratebook.add_months(
            ratebook.local_date('quotes.started_at', 'quotes.billing_timezone'),
            'pricebooks.minimum_term_months'
        ),
        'quotes.billing_timezone'
    ) }}
group by quotes.quote_set
