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
        pricebooks.minimum_term_months
    from {{ ref('ratebook', 'stg_pricebooks') }} as pricebooks
    inner join rows_in_force
        on
            pricebooks.row_id = rows_in_force.row_id
            and rows_in_force.input = 'pricebooks'
),

list_prices as (
    select
        list_prices.pricebook_uid,
        list_prices.product_uid,
        list_prices.is_required
    from {{ ref('ratebook', 'stg_list_prices') }} as list_prices
    inner join rows_in_force
        on
            list_prices.row_id = rows_in_force.row_id
            and rows_in_force.input = 'list_prices'
),

negotiated as (
    select * from {{ ref('ratebook', 'int_negotiated_lines') }}
),

sold as (
    select distinct
        spans.rating_set,
        spans.product_uid
    from {{ ref('ratebook', 'int_price_spans') }} as spans
    inner join quotes
        on spans.rating_set = quotes.quote_set
    inner join {{ ref('ratebook', 'int_prices') }} as prices
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

-- Amounts are cut after 20 decimals, so that differences below 10^-17 say nothing.
select
    rating_set,
    'contract_prices' as input,
    contract_price_uid as id,
    'DISCOUNT_ABOVE_LIMIT' as reason,
    min(maximum_discount_percent) as limit_value,
    min(
        'more than ' || {{ ratebook.text_of_decimal('maximum_discount_percent') }}
        || '% off ' || {{ ratebook.text_of_decimal('list_price') }}
    ) as detail
from negotiated
where
    list_charge_model = 'FLAT'
    and case
        when list_worth > 0
            then
                list_worth
                * cast(
                    (100 - maximum_discount_percent) * cast(0.01 as decimal(3, 2)) as decimal(7, 6)
                )
                - worth
                > cast(0.00000000000000001 as decimal(20, 17))
        when list_worth is null
            then
                hundred_times_price
                < cast(list_price as decimal(38, 10))
                * price_per
                * (100 - maximum_discount_percent)
    end
group by rating_set, contract_price_uid
union all
select
    rating_set,
    'contract_prices' as input,
    contract_price_uid as id,
    'PRICE_BELOW_FLOOR' as reason,
    min(floor_price) as limit_value,
    min('below ' || {{ ratebook.text_of_decimal('floor_price') }}) as detail
from negotiated
where
    floor_price is not null
    and case
        when quantity > 0
            then coalesce(
                floor_worth - worth > cast(0.00000000000000001 as decimal(20, 17)), floor_price > 0
            )
        when quantity = 0
            then hundred_times_price < 100 * price_per * cast(floor_price as decimal(38, 10))
    end
group by rating_set, contract_price_uid
union all
select
    quotes.quote_set as rating_set,
    'contracts' as input,
    quotes.quote_set as id,
    'MISSING_REQUIRED_PRODUCT' as reason,
    cast(null as decimal(7, 4)) as limit_value,
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
    max(pricebooks.minimum_term_months) as limit_value,
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
