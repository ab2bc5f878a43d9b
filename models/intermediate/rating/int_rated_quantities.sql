{%- set usage_numerators = ['to_end', 'to_start', 'of_period'] -%}
-- What is rated: the usage of a span, and the quantity of a recurring or one-time fee, which is the
-- same in every span of its price. Free units are taken off.
with spans as (
    select * from {{ ref('ratebook', 'int_price_spans') }}
),

prices as (
    select * from {{ ref('ratebook', 'int_prices') }}
    where is_billable
),

cumulative_quantities as (
    select * from {{ ref('ratebook', 'int_cumulative_quantities') }}
),

usage_quantities as (
    select
        spans.rating_set,
        spans.span_id as rated_id,
        prices.charge_model,
        prices.price,
        prices.package_size,
        prices.rates_id,
        prices.price_per,
        prices.free_quantity,
        cumulative_quantities.event_count,
        {{ ratebook.decimal_quantity(
            'cumulative_quantities.quantity_numerator', 'cumulative_quantities.quantity_divisor'
        ) }} as quantity,
        cumulative_quantities.quantity_divisor,
        cumulative_quantities.is_first_of_period,
    {%- for name in usage_numerators %}
        {{ ratebook.billable_numerator(
            'cumulative_quantities.quantity_numerator_' ~ name,
            'cumulative_quantities.quantity_divisor', 'prices.free_quantity'
        ) }} as numerator_{{ name }}{{ "," if not loop.last }}
    {%- endfor %}
    from cumulative_quantities
    inner join spans
        on
            cumulative_quantities.rating_set = spans.rating_set
            and cumulative_quantities.span_id = spans.span_id
    inner join prices
        on
            spans.rating_set = prices.rating_set
            and spans.price_id = prices.price_id
),

rated as (
    select
        rating_set,
        rated_id,
        charge_model,
        price,
        package_size,
        rates_id,
        price_per,
        free_quantity,
        event_count,
        quantity,
        quantity - {{ ratebook.decimal_quantity(
            '(numerator_to_end - numerator_to_start)', 'quantity_divisor'
        ) }} as free_quantity_used,
        quantity_divisor,
        is_first_of_period,
        numerator_to_end,
        numerator_to_start,
        numerator_of_period
    from usage_quantities
    union all
    select
        rating_set,
        price_id as rated_id,
        charge_model,
        price,
        package_size,
        rates_id,
        price_per,
        cast(null as decimal(24, 12)) as free_quantity,
        0 as event_count,
        cast(fixed_quantity as decimal(38, 12)) as quantity,
        cast(0 as decimal(38, 12)) as free_quantity_used,
        1 as quantity_divisor,
        true as is_first_of_period,
        {{ ratebook.quantity_numerator('fixed_quantity') }} as numerator_to_end,
        0 as numerator_to_start,
        {{ ratebook.quantity_numerator('fixed_quantity') }} as numerator_of_period
    from prices
    where product_type = 'FIXED'
)

select
    *,
    -- What a price is for: one package, a hundred percent, or price_per units.
    case
        when charge_model = 'PACKAGE' then 1
        when charge_model in ('GRADUATED_PERCENTAGE', 'PERCENTAGE')
            then 100 * cast(quantity_divisor as decimal(38, 0))
        else cast(price_per as decimal(38, 0)) * cast(quantity_divisor as decimal(38, 0))
    end as amount_divisor
from rated
